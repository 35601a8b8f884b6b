import type { DatagramFault } from './datagram-error.js'
import { u8 } from './octets.js'

/** The version octet of every NPDU (clause 6.2.1). */
const NPDU_VERSION = 0x01

/** Bits of the control octet of an NPDU (clause 6.2.2). */
const Control = { NETWORK_MESSAGE: 0x80, DESTINATION: 0x20, SOURCE: 0x08 } as const

/** The high nibble of the first octet of a Confirmed-Request (clause 20.1.2). */
const CONFIRMED_REQUEST = 0

/** Where in an NPDU its APDU begins; `undefined` for a network layer message, or when the header goes past the end. */
const apduAt = (npdu: Uint8Array): number | undefined => {
  const control = u8(npdu, 1)
  let at = 2
  if ((control & Control.DESTINATION) !== 0) at += 3 + (npdu[at + 2] ?? npdu.length)
  if ((control & Control.SOURCE) !== 0) at += 3 + (npdu[at + 2] ?? npdu.length)
  if ((control & Control.DESTINATION) !== 0) at += 1
  return (control & Control.NETWORK_MESSAGE) !== 0 || at >= npdu.length ? undefined : at
}

/**
 * What a data link can see to be wrong with an NPDU: less than its first two octets, another version, or a
 * Confirmed-Request that was broadcast, which nobody may accept or pass on (section 4, step 5).
 */
export const npduFault = (npdu: Uint8Array, isBroadcast: boolean): DatagramFault | undefined => {
  if (npdu.length < 2) return npdu.length === 0 ? 'EMPTY_NPDU' : 'BAD_NPDU'
  if (u8(npdu, 0) !== NPDU_VERSION) return 'BAD_NPDU'
  if (!isBroadcast) return undefined
  const at = apduAt(npdu)
  return at !== undefined && u8(npdu, at) >>> 4 === CONFIRMED_REQUEST ? 'CONFIRMED_REQUEST_BY_BROADCAST' : undefined
}
