import { beforeAll, describe, expect, it } from 'vitest'
import { tsharkIsHere, type Reading, type Verdict } from './tshark-ask.js'
import { judgeDatagrams } from './tshark-bvll.js'
import type { OnTheWire } from './udp-packet.js'

/** A datagram for the judge, and what it should read in it if that is known. */
export interface Exhibit extends OnTheWire {
  readonly name: string
  readonly reading?: Reading
}

/** What is laid before the judge. */
export interface Exhibits {
  readonly vectors: readonly Exhibit[]
  readonly ours: readonly Exhibit[]
  /** What the behaviour vectors say is sent. */
  readonly due: readonly Exhibit[]
  /** What others have sent. */
  readonly theirs: readonly Exhibit[]
  /** One of each kind of fault that the judge must find, or its praise is worth nothing. */
  readonly faulty: readonly Exhibit[]
}

const title = tsharkIsHere ? 'tshark' : 'tshark (skipped: it is not installed here)'

/** The tests in which tshark reads all of this. */
export const describeJudgement = ({ vectors, ours, due, theirs, faulty }: Exhibits): void => {
  describe.skipIf(!tsharkIsHere)(title, () => {
    let verdicts: ReadonlyMap<Exhibit, Verdict>

    const verdictOn = (exhibit: Exhibit): Verdict => {
      const verdict = verdicts.get(exhibit)
      expect.assert(verdict !== undefined)
      return verdict
    }

    beforeAll(async () => {
      const exhibits = [...vectors, ...ours, ...due, ...theirs, ...faulty]
      const found = await judgeDatagrams(exhibits)
      verdicts = new Map(exhibits.flatMap((exhibit, index) => (found[index] ? [[exhibit, found[index]]] : [])))
    })

    it.each<[string, readonly Exhibit[]]>([
      ['all valid vectors', vectors],
      [`${ours.length} random messages of ours`, ours],
      ['all that the behaviour vectors say is sent', due],
      ['all recorded datagrams of others', theirs],
    ])('finds nothing wrong with %s', (_what, exhibits) => {
      expect(exhibits.length).toBeGreaterThan(0)
      for (const exhibit of exhibits) {
        expect(verdictOn(exhibit), exhibit.name).toMatchObject({
          malformed: false,
          problems: '',
          function: exhibit.octets[1],
        })
      }
    })

    it.each<[string, readonly Exhibit[]]>([
      ['the vectors', vectors],
      ['random messages of ours', ours],
    ])('reads in %s what we meant, field for field', (_what, exhibits) => {
      for (const exhibit of exhibits) expect(verdictOn(exhibit).reading, exhibit.name).toEqual(exhibit.reading)
    })

    it.each(faulty)('condemns $name', exhibit => {
      expect(verdictOn(exhibit)).toMatchObject({ malformed: true, problems: expect.stringMatching(/./u) as string })
    })
  })
}

/** An NPDU that no dissector looks into: a network message of vendor 555, with any data. */
const OPAQUE_NPDU = Uint8Array.of(0x01, 0x80, 0x80, 0x02, 0x2b)

/** A message with what it carries behind the header of an NPDU that no dissector looks into. */
export const withOpaqueNpdu = <M extends object>(message: M): M =>
  'npdu' in message ? { ...message, npdu: Uint8Array.of(...OPAQUE_NPDU, ...(message.npdu as Uint8Array)) } : message
