import { ApduType, apduTypeAt } from './apdu.js'
import { BIP_NPDU_LENGTH } from './bvll.js'
import type { DatagramFault } from './datagram-error.js'
import { FIRST_PROPRIETARY_TYPE } from './network-message.js'
import { Control, NPDU_VERSION } from './npci.js'
import { u8 } from './octets.js'

/** What a data link finds wrong with an NPDU. */
export type NpduFault = Extract<DatagramFault, 'EMPTY_NPDU' | 'BAD_NPDU' | 'CONFIRMED_REQUEST_BY_BROADCAST'>

const HOP_COUNT_LENGTH = 1

/** Whether a Confirmed-Request begins there: what nobody may send to many. */
export const isConfirmedRequest = (npdu: Uint8Array, at: number): boolean =>
  at < npdu.length && apduTypeAt(npdu, at) === ApduType['Confirmed-Request']

/** Where an address in the header ends that begins at `at`: network number, length, and as many octets. */
const addressEnd = (npdu: Uint8Array, at: number): number => at + 3 + (npdu[at + 2] ?? npdu.length)

/** Where the header of an NPDU ends, message type and vendor included; past its end when the header is cut short. */
const headerEnd = (npdu: Uint8Array): number => {
  const control = u8(npdu, 1)
  let end = 2
  if ((control & Control.DESTINATION) !== 0) end = addressEnd(npdu, end)
  if ((control & Control.SOURCE) !== 0) end = addressEnd(npdu, end)
  if ((control & Control.DESTINATION) !== 0) end += HOP_COUNT_LENGTH
  if ((control & Control.NETWORK_MESSAGE) !== 0) end += (npdu[end] ?? 0) < FIRST_PROPRIETARY_TYPE ? 1 : 3
  return end
}

/**
 * What a data link can see to be wrong with an NPDU.
 *
 * - `EMPTY_NPDU`: there is none.
 * - `BAD_NPDU`: it is shorter than its first two octets or longer than any on B/IP and B/IPv6, or has another version.
 *   When it is broadcast, also: its header goes past its end. A BBMD would make many copies of what nobody can read, and
 *   whether a Confirmed-Request is behind such a header cannot be told. Of a unicast that is left to the network layer.
 * - `CONFIRMED_REQUEST_BY_BROADCAST`: which nobody may accept or pass on (section 4, step 5).
 *
 * Network layer messages pass, whatever they are; so does a header with nothing behind it.
 */
export const npduFault = (npdu: Uint8Array, isBroadcast: boolean): NpduFault | undefined => {
  const { length } = npdu
  if (length === 0) return 'EMPTY_NPDU'
  if (length < 2 || length > BIP_NPDU_LENGTH || u8(npdu, 0) !== NPDU_VERSION) return 'BAD_NPDU'
  if (!isBroadcast) return undefined
  const end = headerEnd(npdu)
  if (end > length) return 'BAD_NPDU'
  const hasApdu = (u8(npdu, 1) & Control.NETWORK_MESSAGE) === 0
  return hasApdu && isConfirmedRequest(npdu, end) ? 'CONFIRMED_REQUEST_BY_BROADCAST' : undefined
}
