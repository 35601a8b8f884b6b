import { newOctets, putOctets, type Allocate } from './octets.js'

/*
 * A router writes what it forwards into memory of its own, and the link that sends it puts a header in front. Where room
 * has been left for that header, the NPDU stays where it is; elsewhere it is copied behind the header.
 */

/** An NPDU in a message. */
export interface CarriedNpdu {
  readonly npdu: Uint8Array
  /**
   * How many octets right in front of `npdu`, in its own memory, may be overwritten with the header of the message.
   * Whoever offers them gives that memory away: it is part of this one message from then on. Default: none.
   */
  readonly headroom?: number | undefined
}

/** Memory that has `headroom` octets in front of what is asked for. */
export const roomyOctets =
  (headroom: number, allocate: Allocate = newOctets): Allocate =>
  length => {
    const { buffer, byteOffset } = allocate(headroom + length)
    return new Uint8Array(buffer, byteOffset + headroom, length)
  }

/** The octets of a message of which the NPDU is there, and the header in front of it is not written yet. */
export const octetsCarrying = (
  { npdu, headroom = 0 }: CarriedNpdu,
  headerLength: number,
  allocate: Allocate,
): Uint8Array => {
  const start = npdu.byteOffset - headerLength
  if (headroom >= headerLength && start >= 0) return new Uint8Array(npdu.buffer, start, headerLength + npdu.length)
  const octets = allocate(headerLength + npdu.length)
  putOctets(octets, headerLength, npdu)
  return octets
}
