import type { BipAddress } from '../values/bip-address.js'
import type { BroadcastTable } from './broadcast-table.js'

/** What a BBMD knows when it decides who gets a copy of a broadcast (clause J.4.5, section 6 of the protocol notes). */
export interface ForwardingFacts {
  readonly table: BroadcastTable
  /** Foreign devices whose registration is alive. */
  readonly foreign: readonly BipAddress[]
  /** The own B/IP broadcast address. */
  readonly subnet: BipAddress | undefined
  readonly isSelf: (address: BipAddress) => boolean
}

/** Who gets a copy of a broadcast; nobody twice, never the BBMD itself, never the one it came from (6.1). */
export type Copies = ReadonlySet<BipAddress>

/** How a Forwarded-NPDU came. */
export interface ForwardedBy {
  /** The BBMD that sent it, or a stranger. */
  readonly sender: BipAddress
  /** Whether the own subnet has heard it already. */
  readonly isHeard: boolean
}

/** Who gets copies of broadcasts, as long as the facts stay as they are. */
export interface Forwarding {
  /** Of an Original-Broadcast-NPDU, or of one of its own: the subnet has heard it (6.2, and 4.1 for its own). */
  readonly ofOriginal: (origin: BipAddress) => Copies
  /** Of a Forwarded-NPDU: it makes no second hop between BBMDs, and the subnet gets it only if it has not heard it (6.3). */
  readonly ofForwarded: (origin: BipAddress, from: ForwardedBy) => Copies
  /** Of a Distribute-Broadcast-To-Network (6.4). */
  readonly ofDistributed: (origin: BipAddress) => Copies
}

/**
 * Gathers once who gets copies, for all broadcasts: most come from stations that are in no table. A BBMD that is in both
 * tables is no foreign device: whoever registers two of them with each other, in their names, would have each broadcast
 * go to and fro for ever.
 */
export const forwarding = ({ table, foreign: registered, subnet, isSelf }: ForwardingFacts): Forwarding => {
  const foreign = registered.filter(address => !table.isPeer(address))
  const own = subnet === undefined ? [] : [subnet]
  const gathered = (...groups: readonly (readonly BipAddress[])[]): (() => Copies) =>
    once(() => new Set(groups.flat().filter(address => !isSelf(address))))
  const beyondSubnet = gathered(table.destinations, foreign)
  const everybody = gathered(own, table.destinations, foreign)
  const subnetAndForeign = gathered(own, foreign)
  const foreignOnly = gathered(foreign)
  return {
    ofOriginal: origin => without(origin, beyondSubnet()),
    ofForwarded: (origin, { sender, isHeard }) =>
      without(sender, without(origin, !isHeard && table.isTwoHop ? subnetAndForeign() : foreignOnly())),
    ofDistributed: origin => without(origin, everybody()),
  }
}

const once = <A>(make: () => A): (() => A) => {
  let made: A | undefined
  return () => (made ??= make())
}

const without = (origin: BipAddress, copies: Copies): Copies =>
  copies.has(origin) ? new Set([...copies].filter(address => address !== origin)) : copies
