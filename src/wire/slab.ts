/** The length of a slab. */
const SLAB_LENGTH = 8192

/** What is longer has octets of its own: it would waste too much of a slab. */
const LONGEST_CUT = 2048

let slab = new ArrayBuffer(SLAB_LENGTH)
let used = 0

/**
 * So many octets, all zero, for one message. They share their memory with other messages, but with no other octets.
 * A socket needs memory outside the heap of JavaScript; for each short message its own costs more than to encode it.
 */
export const cutOctets = (length: number): Uint8Array => {
  if (length > LONGEST_CUT) return new Uint8Array(length)
  if (used + length > SLAB_LENGTH) {
    slab = new ArrayBuffer(SLAB_LENGTH)
    used = 0
  }
  const octets = new Uint8Array(slab, used, length)
  used += length
  return octets
}
