import { u32 } from '../../../src/wire/octets.js'

/*
 * An APDU that can be known again wherever its octets are: at a subscriber, in a datagram, in a message of a WebSocket. An
 * Unconfirmed-Request with a service that nobody has, padding that follows from the number, a mark, and the number.
 */

const TYPE = 0x10
const SERVICE = 0xee
const MARK = Buffer.from('rxbn')
const SUFFIX = MARK.length + 4
const MAX_PADDING = 40

/** The length of the APDU of that number. */
export const payloadLength = (id: number): number => 2 + (id % MAX_PADDING) + SUFFIX

/** The APDU of that number. */
export const payload = (id: number): Uint8Array => {
  const length = id % MAX_PADDING
  const octets = Buffer.allocUnsafe(payloadLength(id))
  octets[0] = TYPE
  octets[1] = SERVICE
  for (let index = 0; index < length; index++) octets[2 + index] = padding(id, index)
  MARK.copy(octets, 2 + length)
  octets.writeUInt32BE(id, 2 + length + MARK.length)
  return new Uint8Array(octets.buffer, octets.byteOffset, octets.length)
}

/** The number of the NPDU that octets end with, if they do. */
export const idIn = (octets: Uint8Array): number | undefined => {
  const at = octets.length - SUFFIX
  if (at < 0) return undefined
  for (let index = 0; index < MARK.length; index++) if (octets[at + index] !== MARK[index]) return undefined
  return u32(octets, at + MARK.length)
}

/** The number of an APDU that is as it was sent, octet for octet. */
export const unchangedIdOf = (apdu: Uint8Array): number | undefined => {
  const id = idIn(apdu)
  if (id === undefined || apdu.length !== 2 + (id % MAX_PADDING) + SUFFIX) return undefined
  if (apdu[0] !== TYPE || apdu[1] !== SERVICE) return undefined
  for (let index = 0; index < id % MAX_PADDING; index++) if (apdu[2 + index] !== padding(id, index)) return undefined
  return id
}

/** The octet of the padding at a place. */
const padding = (id: number, index: number): number => (id * 31 + index * 7) & 0xff
