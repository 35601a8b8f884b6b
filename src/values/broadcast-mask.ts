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

/** Whether it can be the mask of a subnet: ones, then zeros. Not 0.0.0.0, whose broadcasts would go to 255.255.255.255. */
export const isSubnetMask = (mask: BroadcastMask): boolean => mask !== 0 && (~mask & (~mask + 1)) === 0

/** Whether subnets of this mask have a broadcast address. Links between two hosts, /31 and /32, have none. */
export const hasBroadcast = (mask: BroadcastMask): boolean => mask < TWO_HOP_MASK - 1

/** Reads `255.255.255.0`: what {@link isSubnetMask} holds of. */
export const parseBroadcastMask = (text: string): E.Either<string, BroadcastMask> => {
  const ip = parseIpv4(text)
  if (E.isLeft(ip)) return E.left(`'${text}' is not a mask such as 255.255.255.0`)
  const mask = broadcastMask(ip.right)
  if (isSubnetMask(mask)) return E.right(mask)
  return E.left(`'${text}' is not a mask: ${mask === 0 ? 'it has no 1 bit' : 'after its first 0 bit comes a 1'}`)
}

/** A mask as `255.255.255.0`. */
export const printBroadcastMask = (mask: BroadcastMask): string => printIpv4(ipv4(mask))

/** The broadcast address of the subnet of an address: all bits outside the mask are ones. */
export const broadcastOf = (ip: Ipv4, mask: BroadcastMask): Ipv4 => ipv4(ip | ~mask)

/** Whether two addresses lie in one subnet. */
export const areNeighbours = (one: Ipv4, other: Ipv4, mask: BroadcastMask): boolean => ((one ^ other) & mask) === 0
