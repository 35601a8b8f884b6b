import { u8 } from './octets.js'

/*
 * The few tagged values that are read and built here (clause 20.2.1, section 9 of the protocol notes): numbers of one to four
 * octets without a sign.
 */

/** The first octet of a tagged value, without the length of the value in its last three bits. */
export const Tag = {
  UNSIGNED: 0x20,
  ENUMERATED: 0x90,
  OBJECT_ID: 0xc0,
  CONTEXT_0: 0x08,
  CONTEXT_1: 0x18,
} as const

const LENGTH = 0x07
const MAX_LENGTH = 4

/** A number that was read, and where its octets end. */
export interface TaggedNumber {
  readonly value: number
  readonly end: number
}

/** Reads the number at `at`; `undefined` when there is none under this tag, or not all of it. */
export const taggedNumberAt = (octets: Uint8Array, at: number, tag: number): TaggedNumber | undefined => {
  if (at >= octets.length) return undefined
  const length = u8(octets, at) & LENGTH
  const end = at + 1 + length
  if (u8(octets, at) - length !== tag || length === 0 || length > MAX_LENGTH || end > octets.length) return undefined
  let value = 0
  for (let i = at + 1; i < end; i++) value = value * 0x100 + u8(octets, i)
  return { value, end }
}

/** A number under its tag, in no more octets than it needs. */
export const taggedNumber = (tag: number, value: number): readonly number[] => {
  const octets = [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff]
  const leading = octets.findIndex(octet => octet !== 0)
  const needed = octets.slice(leading === -1 ? MAX_LENGTH - 1 : leading)
  return [tag | needed.length, ...needed]
}
