/** A Who-Is as a global broadcast. */
export const WHO_IS: Uint8Array = Uint8Array.of(0x01, 0x20, 0xff, 0xff, 0x00, 0xff, 0x10, 0x08)

/** An I-Am of device 1000 for everybody on the network. */
export const I_AM: Uint8Array = Uint8Array.of(
  ...[0x01, 0x00, 0x10, 0x00, 0xc4, 0x02, 0x00, 0x03, 0xe8, 0x22, 0x0c, 0x80, 0x91, 0x00, 0x21, 0x05],
)

const OPAQUE = [0x01, 0x80, 0x80, 0x02, 0x2b] as const

/** An NPDU that no dissector looks into: a network message of vendor 555 with any data. */
export const opaqueNpdu = (...data: readonly number[]): Uint8Array => Uint8Array.of(...OPAQUE, ...data)

/** An NPDU that says nothing but its number. */
export const numbered = (number: number): Uint8Array => opaqueNpdu(number >> 8, number)

/** An opaque NPDU of that length. */
export const opaqueNpduOf = (length: number): Uint8Array => {
  const npdu = new Uint8Array(length)
  npdu.set(OPAQUE)
  return npdu
}

/** The data of an opaque NPDU. */
export const opaqueData = (npdu: Uint8Array): Uint8Array => npdu.subarray(OPAQUE.length)
