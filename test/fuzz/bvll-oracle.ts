/*
 * What must come of a datagram, read from its octets by the notes alone, without the code under test: of BACnet/IP by
 * their sections 2, 3, 4 step 5 and 9, of BACnet/IPv6 by 2, 3, 6 step 4 and 7.
 */

/** What is wrong with a datagram, and the code of the NAK that is due; `undefined` for a good one, and for silence. */
export interface Judgement {
  readonly fault: string | undefined
  readonly nak: number | undefined
}

/** What is right in a function. */
interface Rule {
  /** The octets of the payload: so many, or a multiple of ten, or so many and then an NPDU, or anything. */
  readonly payload: number | 'entries' | { readonly npduAt: number } | 'anything'
  readonly nak?: number
  readonly isBroadcast?: boolean
}

/** The type of a data link's messages, and what is right in each function. */
interface Rules {
  readonly type: number
  readonly functions: Readonly<Record<number, Rule>>
}

const BIP: Rules = {
  type: 0x81,
  functions: {
    0x00: { payload: 2 },
    0x01: { payload: 'entries', nak: 0x10 },
    0x02: { payload: 0, nak: 0x20 },
    0x03: { payload: 'entries' },
    0x04: { payload: { npduAt: 10 }, isBroadcast: true },
    0x05: { payload: 2, nak: 0x30 },
    0x06: { payload: 0, nak: 0x40 },
    0x07: { payload: 'entries' },
    0x08: { payload: 6, nak: 0x50 },
    0x09: { payload: { npduAt: 4 }, nak: 0x60, isBroadcast: true },
    0x0a: { payload: { npduAt: 4 } },
    0x0b: { payload: { npduAt: 4 }, isBroadcast: true },
    0x0c: { payload: 'anything' },
  },
}

const BIP6: Rules = {
  type: 0x82,
  functions: {
    0x00: { payload: 5 },
    0x01: { payload: { npduAt: 10 } },
    0x02: { payload: { npduAt: 7 }, isBroadcast: true },
    0x03: { payload: 6 },
    0x04: { payload: 24 },
    0x05: { payload: 6 },
    0x06: { payload: 3 },
    0x07: { payload: 6 },
    0x08: { payload: { npduAt: 25 }, isBroadcast: true },
    0x09: { payload: 5, nak: 0x90 },
    0x0a: { payload: 21, nak: 0xa0 },
    0x0b: { payload: 'anything' },
    0x0c: { payload: { npduAt: 7 }, nak: 0xc0, isBroadcast: true },
  },
}

/** Judges a datagram by such rules. */
const judgeBy =
  ({ type: expected, functions }: Rules) =>
  (datagram: Uint8Array): Judgement => {
    const octets = [...datagram]
    const silent = (fault: string): Judgement => ({ fault, nak: undefined })
    if (octets.length < 4) return silent('TRUNCATED_HEADER')
    const [type = 0, code = 0, high = 0, low = 0, ...payload] = octets
    if (type !== expected) return silent('BAD_TYPE')
    if (256 * high + low !== octets.length) return silent('LENGTH_MISMATCH')
    const rule = functions[code]
    if (rule === undefined) return silent('UNKNOWN_FUNCTION')
    const fault = faultIn(rule, payload)
    return { fault, nak: fault === undefined ? undefined : rule.nak }
  }

/** Judges a datagram of BACnet/IP. */
export const judgementOn = judgeBy(BIP)

/** Judges a datagram of BACnet/IPv6. */
export const judgementOn6 = judgeBy(BIP6)

const faultIn = (rule: Rule, payload: readonly number[]): string | undefined => {
  if (rule.payload === 'anything') return undefined
  if (rule.payload === 'entries') return payload.length % 10 === 0 ? undefined : 'BAD_PAYLOAD_LENGTH'
  if (typeof rule.payload === 'number') return payload.length === rule.payload ? undefined : 'BAD_PAYLOAD_LENGTH'
  const before = rule.payload.npduAt - 4
  if (payload.length < before) return 'BAD_PAYLOAD_LENGTH'
  return npduFaultIn(payload.slice(before), rule.isBroadcast === true)
}

const npduFaultIn = (npdu: readonly number[], isBroadcast: boolean): string | undefined => {
  const rest = [...npdu]
  if (rest.length === 0) return 'EMPTY_NPDU'
  if (rest.length === 1 || rest.length > 1497) return 'BAD_NPDU'
  const [version = 0, control = 0] = rest.splice(0, 2)
  if (version !== 1) return 'BAD_NPDU'
  if (!isBroadcast) return undefined
  let missing = 0
  const take = (count: number): readonly number[] => {
    missing += Math.max(0, count - rest.length)
    return rest.splice(0, count)
  }
  const [hasDestination, hasSource, isNetworkMessage] = [0x20, 0x08, 0x80].map(bit => (control & bit) !== 0)
  for (const has of [hasDestination, hasSource]) {
    if (has === true) take(take(3)[2] ?? 0)
  }
  if (hasDestination === true) take(1)
  if (isNetworkMessage === true && (take(1)[0] ?? 0) >= 0x80) take(2)
  if (missing > 0) return 'BAD_NPDU'
  const [first] = rest
  return isNetworkMessage !== true && first !== undefined && first < 0x10 ? 'CONFIRMED_REQUEST_BY_BROADCAST' : undefined
}
