import type { BipAddress } from '../values/bip-address.js'
import { hexOctet, hexOfSix } from '../values/hex.js'
import type { Vmac } from '../values/vmac.js'

/*
 * Reading and writing fields of a message in place. All numbers are big-endian (clause AB.2).
 * Callers check the length first: reading past the end gives zeros, never an exception.
 */

/** The octet at `at`. */
export const u8 = (octets: Uint8Array, at: number): number => octets[at] as number

/** The 16-bit number at `at`. */
export const u16 = (octets: Uint8Array, at: number): number =>
  ((octets[at] as number) << 8) | (octets[at + 1] as number)

/** The 32-bit number at `at`, without a sign. */
export const u32 = (octets: Uint8Array, at: number): number => ((u16(octets, at) << 16) | u16(octets, at + 2)) >>> 0

/** Writes a 16-bit number at `at`. */
export const putU16 = (octets: Uint8Array, at: number, value: number): void => {
  octets[at] = value >>> 8
  octets[at + 1] = value
}

/** Writes a 32-bit number at `at`. */
export const putU32 = (octets: Uint8Array, at: number, value: number): void => {
  putU16(octets, at, value >>> 16)
  putU16(octets, at + 2, value)
}

/** Where the memory of a message comes from; what is in it does not matter, as all of it is written. */
export type Allocate = (length: number) => Uint8Array

/** Memory of its own for each message. What a socket takes is better cut from a pool, which is injected. */
export const newOctets: Allocate = length => new Uint8Array(length)

/** Up to this many octets a loop copies faster than `set` does, or than a view for it is made. */
const FEW = 16
const FEWER_THAN_A_VIEW = 64

/** Copies `source` from `from` on to `at`. */
export const putOctets = (octets: Uint8Array, at: number, source: Uint8Array, from = 0): void => {
  const count = source.length - from
  if (count <= FEW || (from > 0 && count <= FEWER_THAN_A_VIEW)) {
    for (let i = 0; i < count; i++) octets[at + i] = source[from + i] as number
  } else {
    octets.set(from === 0 ? source : source.subarray(from), at)
  }
}

const sixAt = (octets: Uint8Array, at: number): string =>
  hexOfSix(
    u8(octets, at),
    u8(octets, at + 1),
    u8(octets, at + 2),
    u8(octets, at + 3),
    u8(octets, at + 4),
    u8(octets, at + 5),
  )

/** `count` octets from `at` as lower-case hex: UUIDs, MAC addresses. */
export const hexAt = (octets: Uint8Array, at: number, count: number): string => {
  if (count === 6) return sixAt(octets, at)
  let text = ''
  for (let i = at; i < at + count; i++) text += hexOctet(octets[i] as number)
  return text
}

/** The VMAC at `at`. */
export const vmacAt = (octets: Uint8Array, at: number): Vmac => sixAt(octets, at) as Vmac

/** The B/IP address at `at`. */
export const bipAddressAt = (octets: Uint8Array, at: number): BipAddress => sixAt(octets, at) as BipAddress

/** Writes lower-case hex (an address, a UUID) at `at`. */
export const putHex = (octets: Uint8Array, at: number, hex: string): void => {
  for (let i = 0; 2 * i < hex.length; i++) {
    octets[at + i] = (digit(hex.charCodeAt(2 * i)) << 4) | digit(hex.charCodeAt(2 * i + 1))
  }
}

const digit = (code: number): number => (code < 58 ? code - 48 : code - 87)
