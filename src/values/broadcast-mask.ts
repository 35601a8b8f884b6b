import * as E from 'fp-ts/lib/Either.js'
import type { Brand } from './brand.js'
import { ipv4, parseIpv4, printIpv4, type Ipv4 } from './ipv4.js'

/**
 * A broadcast distribution mask, or the mask of a subnet: as the whole number that its four octets make. On the wire any
 * bits may be set; people type only those of subnets.
 */
export type BroadcastMask = Brand<number, 'BroadcastMask'>

/** All ones: a broadcast goes to the BBMD itself, which broadcasts it again on its subnet ("two-hop"). */
export const TWO_HOP_MASK: BroadcastMask = 0xffffffff as BroadcastMask

/** The mask of so many: their lowest 32 bits. */
export const broadcastMask = (bits: number): BroadcastMask => (bits >>> 0) as BroadcastMask

/** Whether it is the mask of a subnet: ones, then zeros. Not all zeros, whose broadcasts would go to 255.255.255.255. */
export const isSubnetMask = (mask: BroadcastMask): boolean => {
  const zeros = ~mask >>> 0
  return mask !== 0 && (zeros & (zeros + 1)) === 0
}

/** Reads `255.255.255.0`, the mask of a subnet. */
export const parseBroadcastMask = (text: string): E.Either<string, BroadcastMask> => {
  const ip = parseIpv4(text)
  if (E.isLeft(ip)) return E.left(`'${text}' is not a mask such as 255.255.255.0`)
  if (ip.right === 0) return E.left(`'${text}' is not a mask: it has no 1 bit`)
  const mask = broadcastMask(ip.right)
  return isSubnetMask(mask) ? E.right(mask) : E.left(`'${text}' is not a mask: after its first 0 bit comes a 1`)
}

/** A mask as `255.255.255.0`. */
export const printBroadcastMask = (mask: BroadcastMask): string => printIpv4(ipv4(mask))

/** The broadcast address of the subnet of an address: all bits outside the mask are ones. */
export const broadcastOf = (ip: Ipv4, mask: BroadcastMask): Ipv4 => ipv4(ip | ~mask)

/** Whether two addresses lie in one subnet. */
export const areNeighbours = (one: Ipv4, other: Ipv4, mask: BroadcastMask): boolean => ((one ^ other) & mask) === 0
