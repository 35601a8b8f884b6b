import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { encodeBvlcSc } from '../../src/wire/bvlc-sc-encode.js'
import type { ScMessage } from '../../src/wire/bvlc-sc.js'
import { anyMessage } from '../support/arbitraries.js'
import { scCaptures } from '../support/captures.js'
import { tsharkIsHere, type Reading, type Verdict } from '../support/tshark-ask.js'
import { judge, readingOf } from '../support/tshark.js'
import { fromHex, PATHS, spellOut, toHex, validVectors } from '../support/vectors.js'

/** A frame for the judge, and what it should read in it if that is known. */
interface Exhibit {
  readonly name: string
  readonly octets: Uint8Array
  readonly reading?: Reading
}

/** An NPDU that no dissector looks into: a network message of vendor 555, with any data. */
const OPAQUE_NPDU = fromHex('018080022b')

const withOpaqueNpdu = (message: ScMessage): ScMessage =>
  message._tag === 'Encapsulated-NPDU' ? { ...message, npdu: Uint8Array.of(...OPAQUE_NPDU, ...message.npdu) } : message

const vectors = validVectors.map(({ name, hex, decoded }): Exhibit => {
  return { name, octets: fromHex(hex), reading: readingOf(decoded) }
})

const ours = PATHS.flatMap(path => fc.sample(anyMessage(path), 200))
  .map(withOpaqueNpdu)
  .map((message): Exhibit => {
    const octets = encodeBvlcSc(message)
    return { name: `${message._tag} ${toHex(octets)}`, octets, reading: readingOf(spellOut(message)) }
  })

const theirs = scCaptures.flatMap(({ name, frames }) =>
  frames.map(({ at, octets }): Exhibit => ({ name: `${name} at ${at} s`, octets })),
)

/** One of each kind of fault that the judge must find, or its praise is worth nothing. */
const faulty: readonly Exhibit[] = [
  { name: 'an empty message', octets: fromHex('') },
  { name: 'three octets', octets: fromHex('0a0000') },
  { name: 'half a VMAC', octets: fromHex('01080105927bf7') },
  { name: 'half an option', octets: fromHex('010a010a927bf71a96a23f00080009') },
  { name: 'an NPDU without octets', octets: fromHex('01080116927bf71a96a2') },
  { name: 'a short Connect-Request', octets: fromHex('06000126927bf71a96a2550e8400e29b41d4a716446655440000064005') },
  { name: 'a long Connect-Request', octets: fromHex('06000127927bf71a96a2550e8400e29b41d4a716446655440000064005d900') },
  { name: 'a Heartbeat-Request with payload', octets: fromHex('0a00013100') },
]

const title = tsharkIsHere ? 'tshark' : 'tshark (skipped: it is not installed here)'

describe.skipIf(!tsharkIsHere)(title, () => {
  let verdicts: ReadonlyMap<Exhibit, Verdict>

  const verdictOn = (exhibit: Exhibit): Verdict => {
    const verdict = verdicts.get(exhibit)
    expect.assert(verdict !== undefined)
    return verdict
  }

  beforeAll(async () => {
    const exhibits = [...vectors, ...ours, ...theirs, ...faulty]
    const found = await judge(exhibits.map(({ octets }) => octets))
    verdicts = new Map(exhibits.flatMap((exhibit, index) => (found[index] ? [[exhibit, found[index]]] : [])))
  })

  it.each<[string, readonly Exhibit[]]>([
    ['all valid vectors', vectors],
    [`${ours.length} random messages of ours`, ours],
    ['all recorded frames of others', theirs],
  ])('finds nothing wrong with %s', (_what, exhibits) => {
    for (const exhibit of exhibits) {
      expect(verdictOn(exhibit), exhibit.name).toMatchObject({
        malformed: false,
        problems: '',
        function: exhibit.octets[0],
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
