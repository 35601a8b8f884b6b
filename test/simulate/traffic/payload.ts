/*
 * An APDU that can be known again wherever its octets are: at a subscriber, in a datagram, in a message of a WebSocket. An
 * Unconfirmed-Request with a service that nobody has, padding that follows from the number, a mark, and the number.
 */

const MARK = Buffer.from('rxbn')
const SUFFIX = MARK.length + 4
const MAX_PADDING = 40

/** The length of the APDU of that number. */
export const payloadLength = (id: number): number => 2 + (id % MAX_PADDING) + SUFFIX

/** The APDU of that number. */
export const payload = (id: number): Uint8Array => {
  const padding = id % MAX_PADDING
  const octets = Buffer.allocUnsafe(payloadLength(id))
  octets[0] = 0x10
  octets[1] = 0xee
  for (let index = 0; index < padding; index++) octets[2 + index] = (id * 31 + index * 7) & 0xff
  MARK.copy(octets, 2 + padding)
  octets.writeUInt32BE(id, 2 + padding + MARK.length)
  return new Uint8Array(octets.buffer, octets.byteOffset, octets.length)
}

/** The number of the NPDU that octets end with, if they do. */
export const idIn = (octets: Uint8Array): number | undefined => {
  const at = octets.length - SUFFIX
  if (at < 0) return undefined
  for (let index = 0; index < MARK.length; index++) if (octets[at + index] !== MARK[index]) return undefined
  const [a = 0, b = 0, c = 0, d = 0] = octets.subarray(at + MARK.length)
  return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0
}

/** The number of an APDU that is as it was sent, octet for octet. */
export const unchangedIdOf = (apdu: Uint8Array): number | undefined => {
  const id = idIn(apdu)
  return id !== undefined && Buffer.compare(apdu, payload(id)) === 0 ? id : undefined
}
