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

/** Numbers of NPDUs that are sent in bursts are these and greater, so that all others have the same with and without bursts. */
export const FIRST_OF_BURSTS = 1_000_000
/** What is sent in bursts is so much longer, and fills queues. */
const LONGER = 4

const paddingOf = (id: number): number => (id % MAX_PADDING) * (id < FIRST_OF_BURSTS ? 1 : LONGER)

/** The length of the APDU of that number. */
export const payloadLength = (id: number): number => 2 + paddingOf(id) + SUFFIX

/** The APDU of that number. */
export const payload = (id: number): Uint8Array => {
  const length = paddingOf(id)
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
  if (id === undefined || apdu.length !== 2 + paddingOf(id) + SUFFIX) return undefined
  const length = paddingOf(id)
  if (apdu[0] !== TYPE || apdu[1] !== SERVICE) return undefined
  for (let index = 0; index < length; index++) if (apdu[2 + index] !== padding(id, index)) return undefined
  return id
}

/** The octet of the padding at a place. */
const padding = (id: number, index: number): number => (id * 31 + index * 7) & 0xff
