import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Path } from '../../src/wire/bvlc-sc-decode.js'
import { assemble, COMMON_FAULTS, pairsOf, type Fault, type Parts } from '../support/faults.js'
import { closeLab } from '../support/lab.js'
import { PEER, STATION, startVictim, type Victim, type VictimKind } from '../support/victims.js'
import { itIsDissectedByTshark } from '../support/wire-judge.js'

/*
 * Of two faults in one frame, that of the earlier row of the ordered checks (2.4 of the protocol notes) is answered; and
 * where silence is due for either, there is silence. The bare peer says each such frame over a real socket.
 */

const NOTHING: Parts = {
  fn: '',
  reserved: 0,
  originating: '',
  destination: '',
  destinationOptions: [],
  dataOptions: '',
  payload: '',
}

/** A frame in which nothing is wrong, and the rows that it in particular can fail. */
interface Ladder {
  readonly title: string
  readonly kind: VictimKind['kind']
  readonly path: Path
  readonly sound: Parts
  readonly own: readonly Fault[]
}

const injurePayload = (row: number, what: string, code: number, payload: string, ...not: number[]): Fault => ({
  row,
  what,
  code,
  injure: parts => ({ ...parts, payload }),
  not: not,
})

const ladders: readonly Ladder[] = [
  {
    title: 'an Advertisement of another node',
    kind: 'a node',
    path: 'from-hub',
    sound: { ...NOTHING, fn: '04', originating: PEER.vmac, payload: '0100064005d9' },
    own: [
      { row: 3, what: 'an incomplete VMAC', code: 147, injure: parts => ({ ...parts, cutTo: 7 }), not: [8, 9, 10] },
      { row: 8, what: 'no originating VMAC', code: 145, injure: parts => ({ ...parts, originating: '' }), not: [3, 9] },
      {
        row: 9,
        what: 'a reserved originating VMAC',
        code: undefined,
        injure: parts => ({ ...parts, originating: '000000000000' }),
        not: [3, 8],
      },
      {
        row: 10,
        what: 'an explicit destination',
        code: undefined,
        injure: parts => ({ ...parts, destination: STATION.vmac }),
        not: [3],
      },
      injurePayload(12, 'no payload', 149, '', 13, 14, 15),
      injurePayload(13, 'a short payload of wrong values', 147, '0902064005', 12, 14, 15),
      injurePayload(14, 'a long payload of wrong values', 150, '0902064005d900', 12, 13, 15),
      injurePayload(15, 'wrong values', 80, '0902064005d9', 12, 13, 14),
    ],
  },
  {
    title: 'a Proprietary-Message of another node',
    kind: 'a node',
    path: 'from-hub',
    sound: { ...NOTHING, fn: '0c', originating: PEER.vmac, payload: '022b01' },
    own: [{ row: 17, what: 'a vendor that is not known', code: 144, injure: parts => parts, not: [4] }],
  },
  {
    title: 'a second Connect-Request',
    kind: 'a hub',
    path: 'to-hub',
    sound: { ...NOTHING, fn: '06', payload: `${PEER.vmac}${PEER.uuid}064005d9` },
    own: [
      { row: 8, what: 'an originating VMAC', code: 145, injure: parts => ({ ...parts, originating: PEER.vmac }) },
      injurePayload(12, 'no payload', 149, '', 13, 14, 15),
      injurePayload(13, 'a short payload', 147, `${'00'.repeat(22)}064005`, 12, 14, 15),
      injurePayload(14, 'a long payload', 150, `${'00'.repeat(22)}064005d900`, 12, 13, 15),
      injurePayload(15, 'a reserved VMAC', 80, `${'00'.repeat(6)}${PEER.uuid}064005d9`, 12, 13, 14),
    ],
  },
  {
    title: 'a Disconnect-Request',
    kind: 'a hub',
    path: 'to-hub',
    sound: { ...NOTHING, fn: '08' },
    own: [
      {
        row: 3,
        what: 'an incomplete VMAC',
        code: 147,
        injure: parts => ({ ...parts, originating: PEER.vmac, cutTo: 7 }),
        not: [8],
      },
      {
        row: 8,
        what: 'an originating VMAC',
        code: 145,
        injure: parts => ({ ...parts, originating: PEER.vmac }),
        not: [3],
      },
      injurePayload(14, 'a payload', 150, '00'),
    ],
  },
]

const DIRECT: readonly Ladder[] = [
  'a node that accepts direct connections',
  'a node that initiated a direct connection',
].map(kind => ({
  title: 'an Advertisement of the peer',
  kind,
  path: 'direct',
  sound: { ...NOTHING, fn: '04', payload: '0100064005d9' },
  own: [
    { row: 8, what: 'an originating VMAC', code: 145, injure: parts => ({ ...parts, originating: PEER.vmac }) },
    injurePayload(12, 'no payload', 149, '', 13, 14, 15),
    injurePayload(13, 'a short payload of wrong values', 147, '0902064005', 12, 14, 15),
    injurePayload(14, 'a long payload of wrong values', 150, '0902064005d900', 12, 13, 15),
    injurePayload(15, 'wrong values', 80, '0902064005d9', 12, 13, 14),
  ],
}))

const nak = ({ fn, originating }: Parts, id: string, { code, marker = '00' }: Fault): readonly string[] => {
  if (code === undefined) return []
  const destination = originating === '' || originating.length < 12 ? '' : originating
  const flags = destination === '' ? '00' : '04'
  return [`00${flags}${id}${destination}${fn}01${marker}0007${code.toString(16).padStart(4, '0')}`]
}

describe.each([...ladders, ...DIRECT])('$title, that $kind hears over a real socket,', ({ kind, path, sound, own }) => {
  let victim: Victim
  let count = 0
  beforeAll(async () => {
    victim = await startVictim(kind)
  })
  afterAll(closeLab)

  /** Whether an answer to the peer goes to a node through it, or to itself. */
  const answeredTo = (parts: Parts): Parts =>
    path === 'from-hub' && (parts.cutTo ?? 10) >= 10 ? parts : { ...parts, originating: '' }

  const expectAnswer = async (faults: readonly Fault[]): Promise<void> => {
    const id = (0x1000 + count++).toString(16)
    const parts = faults.reduceRight((injured, { injure }) => injure(injured), sound)
    const silent = faults.find(({ code }) => code === undefined)
    const answered = await victim.answers(assemble(parts, id))
    const expected = nak(answeredTo(parts), id, silent ?? (faults[0] as Fault))
    expect(answered.map((answer, index) => answer.slice(0, expected[index]?.length))).toEqual(expected)
  }

  const faults = [...COMMON_FAULTS, ...own]
  const title = ({ row, what, code }: Fault): string => `${row} (${what}, ${code ?? 'silence'})`

  it.each(faults.map(fault => ({ title: title(fault), fault })))('fails check $title', ({ fault }) =>
    expectAnswer([fault]),
  )

  it.each(pairsOf(faults).map(pair => ({ first: title(pair[0]), second: title(pair[1]), pair })))(
    'fails $first before $second',
    ({ pair }) => expectAnswer(pair),
  )

  it('leaves the connection as it was', () => victim.works())
})

describe('the wire of this file', itIsDissectedByTshark)
