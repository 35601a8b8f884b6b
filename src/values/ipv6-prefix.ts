import type { Ipv6 } from './ipv6.js'

/** Bits that a hex digit stands for. */
const DIGIT = 4

/** Whether two addresses have the same first `length` bits, 0 to 128: on one link they are neighbours then. */
export const areNeighbours6 = (one: Ipv6, other: Ipv6, length: number): boolean => {
  const digits = Math.floor(length / DIGIT)
  const spare = DIGIT - (length % DIGIT)
  return one.startsWith(other.slice(0, digits)) && digitAt(one, digits) >>> spare === digitAt(other, digits) >>> spare
}

/** 0 beyond the end, where nothing is left to differ. */
const digitAt = (ip: Ipv6, at: number): number => Number.parseInt(ip.charAt(at) || '0', 16)
