/*
 * What must come of a BACnet/IP datagram, read from its octets by the notes (2, 3, 4 step 5 and 9) alone, without the
 * code under test.
 */

/** What is wrong with a datagram, and the code of the NAK that is due; `undefined` for a good one, and for silence. */
export interface Judgement {
  readonly fault: string | undefined
  readonly nak: number | undefined
}

interface Rule {
  /** The octets of the payload: so many, or a multiple of ten, or so many and then an NPDU, or anything. */
  readonly payload: number | 'entries' | { readonly npduAt: number } | 'anything'
  readonly nak?: number
  readonly isBroadcast?: boolean
}

const RULES: Readonly<Record<number, Rule>> = {
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
}

/** Judges a datagram. */
export const judgementOn = (datagram: Uint8Array): Judgement => {
  const octets = [...datagram]
  const silent = (fault: string): Judgement => ({ fault, nak: undefined })
  if (octets.length < 4) return silent('TRUNCATED_HEADER')
  const [type = 0, code = 0, high = 0, low = 0, ...payload] = octets
  if (type !== 0x81) return silent('BAD_TYPE')
  if (256 * high + low !== octets.length) return silent('LENGTH_MISMATCH')
  const rule = RULES[code]
  if (rule === undefined) return silent('UNKNOWN_FUNCTION')
  const fault = faultIn(rule, payload)
  return { fault, nak: fault === undefined || fault === 'CONFIRMED_REQUEST_BY_BROADCAST' ? undefined : rule.nak }
}

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
