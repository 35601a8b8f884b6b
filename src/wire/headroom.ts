import { putOctets, type Allocate } from './octets.js'

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

/** NPDUs are cut from pieces of this length, which is several times that of most; longer ones have memory of their own. */
const SLAB_LENGTH = 1 << 14
const MOST_FROM_SLAB = SLAB_LENGTH / 4

/**
 * Memory that has `headroom` octets in front of what is asked for. It is cut from greater pieces, each part of them once:
 * memory of its own for each NPDU costs more than all that is done with it.
 */
export const roomyOctets = (headroom: number): Allocate => {
  let slab = new ArrayBuffer(0)
  let used = 0
  return length => {
    const taken = headroom + length
    if (taken > MOST_FROM_SLAB) return new Uint8Array(new ArrayBuffer(taken), headroom)
    if (used + taken > slab.byteLength) {
      slab = new ArrayBuffer(SLAB_LENGTH)
      used = 0
    }
    const octets = new Uint8Array(slab, used + headroom, length)
    used += taken
    return octets
  }
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
