import type { Marks, StationId } from './note.js'

/*
 * The NPDUs of the soak: network messages that no dissector looks into, whose every octet follows from who sends them to
 * whom and from their number, so that whoever gets one can tell that it is what it was.
 */

/** A network message of vendor 555. */
const OPAQUE = [0x01, 0x80, 0x80, 0x02, 0x2b] as const
const TO_ALL = 0xffff
/** Octets before the filling: those of all, id, sender, receiver. */
const FILLING_AT = OPAQUE.length + 8
const [SHORT, LONG] = [64, 1400]

/** The octets of an NPDU. Most are short, one in sixteen is long. */
export const npduOf = ({ id, by, to }: Marks): Uint8Array => {
  const random = scattered(id)
  const length = FILLING_AT + (random % (random >>> 28 === 0 ? LONG - FILLING_AT : SHORT))
  const npdu = new Uint8Array(length)
  const view = new DataView(npdu.buffer)
  npdu.set(OPAQUE)
  view.setUint32(OPAQUE.length, id)
  view.setUint16(OPAQUE.length + 4, by)
  view.setUint16(OPAQUE.length + 6, to === 'all' ? TO_ALL : to)
  let filling = random
  for (let at = FILLING_AT; at < length; at++) {
    filling = (Math.imul(filling, 1_664_525) + 1_013_904_223) >>> 0
    npdu[at] = filling >>> 24
  }
  return npdu
}

/** What an NPDU says of itself, if it is one of the soak, and whether each octet is what it was. */
export const readNpdu = (npdu: Uint8Array): { readonly marks: Marks; readonly unchanged: boolean } | undefined => {
  if (npdu.length < FILLING_AT || OPAQUE.some((octet, at) => npdu[at] !== octet)) return undefined
  const view = new DataView(npdu.buffer, npdu.byteOffset, npdu.length)
  const to: StationId = view.getUint16(OPAQUE.length + 6)
  const marks: Marks = {
    id: view.getUint32(OPAQUE.length),
    by: view.getUint16(OPAQUE.length + 4),
    to: to === TO_ALL ? 'all' : to,
  }
  return { marks, unchanged: Buffer.compare(npdu, npduOf(marks)) === 0 }
}

const scattered = (id: number): number => {
  const mixed = Math.imul(id ^ (id >>> 16), 0x45d9f3b)
  return Math.imul(mixed ^ (mixed >>> 16), 0x45d9f3b) >>> 0
}
