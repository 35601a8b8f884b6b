import type * as E from 'fp-ts/lib/Either.js'
import { toHex } from '../values/hex.js'
import { BVLL_HEADER_LENGTH } from './bvll.js'
import { datagramError, type DatagramError } from './datagram-error.js'
import type { NpduFault } from './npdu-look.js'
import { putU16, u16, u8 } from './octets.js'

/*
 * What the messages of BACnet/IP and of BACnet/IPv6 have in common: the header, and how it is refused.
 */

/** Writes the header of the message that all these octets are. */
export const bvllFrame = (type: number, code: number, octets: Uint8Array): Uint8Array => {
  octets[0] = type
  octets[1] = code
  putU16(octets, 2, octets.length)
  return octets
}

/** What is wrong with the header of a datagram that should be of `type`; `undefined` when nothing is. */
export const headerFault = (datagram: Uint8Array, type: number): E.Either<DatagramError, never> | undefined => {
  const { length } = datagram
  if (length < BVLL_HEADER_LENGTH) return datagramError('TRUNCATED_HEADER', `${length} octets are no BVLL message`)
  if (u8(datagram, 0) !== type) {
    return datagramError('BAD_TYPE', `the type is 0x${toHex(datagram.subarray(0, 1))} and not 0x${type.toString(16)}`)
  }
  return u16(datagram, 2) === length
    ? undefined
    : datagramError('LENGTH_MISMATCH', `the length says ${u16(datagram, 2)}, the datagram has ${length} octets`)
}

/** Refuses a function that there is not. */
export const unknownFunction = (datagram: Uint8Array): E.Either<DatagramError, never> =>
  datagramError('UNKNOWN_FUNCTION', `function 0x${toHex(datagram.subarray(1, 2))} is not defined`)

/** Refuses a message of another length than its function has; `nak` is that of a request. */
export const badPayloadLength = (name: string, nak?: number): E.Either<DatagramError, never> =>
  datagramError('BAD_PAYLOAD_LENGTH', `the length is not that of ${aOrAn(name)}`, nak)

const NPDU_REASON: Readonly<Record<NpduFault, string>> = {
  EMPTY_NPDU: 'without an NPDU',
  BAD_NPDU: 'with an NPDU that is no NPDU, or none of this data link',
  CONFIRMED_REQUEST_BY_BROADCAST: 'with a Confirmed-Request for everybody',
}

/** Refuses what carries a bad NPDU; `nak` is that of a Distribute-Broadcast-To-Network, which nobody can do then. */
export const badNpdu = (name: string, fault: NpduFault, nak?: number): E.Either<DatagramError, never> =>
  datagramError(fault, `${aOrAn(name)} ${NPDU_REASON[fault]}`, nak)

const aOrAn = (name: string): string => `${/^[AIO]/.test(name) ? 'an' : 'a'} ${name}`
