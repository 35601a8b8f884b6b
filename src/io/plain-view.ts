/**
 * A part of what Node read, as a plain `Uint8Array` over the same memory. A `Buffer` is one too, but prints, compares and
 * turns into JSON differently, and nothing above the sockets is to know of it.
 */
export const plainView = ({ buffer, byteOffset, length }: Buffer, start = 0, end: number = length): Uint8Array =>
  new Uint8Array(buffer, byteOffset + start, end - start)
