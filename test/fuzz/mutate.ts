import type { Dice } from './dice.js'

/** Octets that mean something in many places: no and all flags, options with more, must-understand and data bits. */
const TELLING = [0x00, 0x01, 0x02, 0x04, 0x08, 0x0f, 0x1f, 0x3f, 0x41, 0x7f, 0x80, 0xa0, 0xbf, 0xe0, 0xff]

/** Where to strike: often in the header, sometimes anywhere. */
const place = (dice: Dice, length: number): number => dice.below(dice.onceIn(2) ? Math.min(length, 12) : length)

type Injury = (dice: Dice, frame: Uint8Array, other: Uint8Array) => Uint8Array

const joined = (...parts: readonly Uint8Array[]): Uint8Array => {
  const octets = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    octets.set(part, at)
    at += part.length
  }
  return octets
}

const replaced = (frame: Uint8Array, at: number, octet: number): Uint8Array => {
  const copy = frame.slice()
  copy[at] = octet
  return copy
}

const INJURIES: readonly Injury[] = [
  (dice, frame) => {
    const at = place(dice, frame.length)
    return replaced(frame, at, (frame[at] ?? 0) ^ (1 << dice.below(8)))
  },
  (dice, frame) => replaced(frame, place(dice, frame.length), dice.pick(TELLING)),
  (dice, frame) => replaced(frame, place(dice, frame.length), dice.below(256)),
  (dice, frame) => frame.slice(0, place(dice, frame.length + 1)),
  (dice, frame) => {
    const at = place(dice, frame.length + 1)
    return joined(frame.subarray(0, at), dice.octets(1 + dice.below(4)), frame.subarray(at))
  },
  (dice, frame) => {
    const at = place(dice, frame.length)
    return joined(frame.subarray(0, at), frame.subarray(at + 1 + dice.below(4)))
  },
  (dice, frame) => {
    const at = place(dice, frame.length)
    const piece = frame.subarray(at, at + 1 + dice.below(8))
    return joined(frame.subarray(0, at), piece, frame.subarray(at))
  },
  (dice, frame, other) =>
    joined(frame.subarray(0, place(dice, frame.length + 1)), other.subarray(place(dice, other.length + 1))),
  (dice, frame) => joined(frame, new Uint8Array(dice.below(dice.onceIn(50) ? 7000 : 70)).fill(dice.pick(TELLING))),
  (dice, frame) => joined(frame.subarray(0, 1), Uint8Array.of(dice.below(256)), frame.subarray(2)),
]

/** A frame with up to three injuries; one in eight stays as it is. `other` is where pieces are taken from. */
export const mutated = (dice: Dice, frame: Uint8Array, other: Uint8Array): Uint8Array => {
  if (dice.onceIn(8)) return frame
  let injured = frame
  for (let count = 1 + dice.below(3); count > 0; count--) injured = dice.pick(INJURIES)(dice, injured, other)
  return injured.length > 65535 ? injured.slice(0, 65535) : injured
}
