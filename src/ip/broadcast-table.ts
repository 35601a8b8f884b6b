import { bipAddress, ipOf, isStation, portOf, type BipAddress } from '../values/bip-address.js'
import { broadcastOf, isSubnetMask, TWO_HOP_MASK } from '../values/broadcast-mask.js'
import type { BdtEntry } from '../wire/bvll.js'
import { MAX_BDT_ENTRIES } from './bbmd-policy.js'

/** A broadcast distribution table (clause J.4, section 5.1 of the protocol notes) as one of its BBMDs sees it. */
export interface BroadcastTable {
  /** All BBMDs, this one among them. */
  readonly entries: readonly BdtEntry[]
  /** Where copies for the others go: to each itself, or as a directed broadcast to its subnet. None is named twice. */
  readonly destinations: readonly BipAddress[]
  /** Whether the others send to this BBMD itself, which then has to broadcast on its subnet what they forward. */
  readonly isTwoHop: boolean
  /** Whether an address is that of another BBMD. */
  readonly isPeer: (address: BipAddress) => boolean
}

/** Why rows are no broadcast distribution table; `undefined` when they are one. */
export const unfitTable = (rows: readonly BdtEntry[]): string | undefined => {
  if (rows.length > MAX_BDT_ENTRIES) return 'a table of too many entries'
  if (!rows.every(({ address }) => isStation(address))) return 'a table with what is no station'
  return rows.every(({ mask }) => isSubnetMask(mask)) ? undefined : 'a table with what is no mask'
}

/** Whose table it is. */
export interface TableOwner {
  /** The address under which the others have it in their tables. */
  readonly known: BipAddress
  /** Whether an address is its own, under whatever name. */
  readonly isSelf: (address: BipAddress) => boolean
  readonly broadcast: BipAddress | undefined
}

/**
 * The table of these entries; the own one is added where there is none, for a BBMD that is not in its table does not know
 * how the others send to it. Of two entries with one address the later counts.
 */
export const broadcastTable = (
  given: readonly BdtEntry[],
  { known, isSelf, broadcast }: TableOwner,
): BroadcastTable => {
  const byAddress = new Map(given.map(entry => [entry.address, entry]))
  const own = given.findLast(({ address }) => isSelf(address)) ?? { address: known, mask: TWO_HOP_MASK }
  byAddress.set(own.address, own)
  const entries = [...byAddress.values()]
  const peers = entries.filter(({ address }) => !isSelf(address))
  const isPeer = new Set(peers.map(({ address }) => address))
  const destinations = new Set(peers.map(destinationOf).filter(to => to !== broadcast && !isSelf(to)))
  return {
    entries,
    destinations: [...destinations],
    isTwoHop: own.mask === TWO_HOP_MASK,
    isPeer: address => isPeer.has(address),
  }
}

const destinationOf = ({ address, mask }: BdtEntry): BipAddress =>
  bipAddress(broadcastOf(ipOf(address), mask), portOf(address))
