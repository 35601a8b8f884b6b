import type { Arrival } from '../bvll/udp.js'
import type { BipAddress } from '../values/bip-address.js'
import type { BroadcastTable } from './broadcast-table.js'

/** What a BBMD knows when it decides who gets a copy of a broadcast (section 6 of the protocol notes). */
export interface ForwardingFacts {
  readonly table: BroadcastTable
  /** Foreign devices whose registration is alive. */
  readonly foreign: Iterable<BipAddress>
  /** The own B/IP broadcast address. */
  readonly subnet: BipAddress | undefined
  readonly isSelf: (address: BipAddress) => boolean
}

/** Who gets a copy of a broadcast; nobody twice, never the BBMD itself, never the one it came from (6.1). */
type Copies = ReadonlySet<BipAddress>

/** Of an Original-Broadcast-NPDU, or of one of its own: the subnet has heard it (6.2, and 4.1 for its own). */
export const copiesOfOriginal = (origin: BipAddress, facts: ForwardingFacts): Copies =>
  copies(origin, facts, [facts.table.destinations, facts.foreign])

/** Of a Forwarded-NPDU: it makes no second hop between BBMDs, and the subnet gets it only if it has not heard it (6.3). */
export const copiesOfForwarded = (origin: BipAddress, arrival: Arrival, facts: ForwardingFacts): Copies =>
  copies(origin, facts, [arrival !== 'broadcast' && facts.table.isTwoHop ? subnetOf(facts) : [], facts.foreign])

/** Of a Distribute-Broadcast-To-Network (6.4). */
export const copiesOfDistributed = (origin: BipAddress, facts: ForwardingFacts): Copies =>
  copies(origin, facts, [subnetOf(facts), facts.table.destinations, facts.foreign])

const subnetOf = ({ subnet }: ForwardingFacts): readonly BipAddress[] => (subnet === undefined ? [] : [subnet])

const copies = (origin: BipAddress, { isSelf }: ForwardingFacts, groups: readonly Iterable<BipAddress>[]): Copies => {
  const to = new Set<BipAddress>()
  for (const group of groups) {
    for (const address of group) {
      if (address !== origin && !isSelf(address)) to.add(address)
    }
  }
  return to
}
