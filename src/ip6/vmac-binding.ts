import { isLoopback, isStation6, type Bip6Address } from '../values/bip6-address.js'
import type { Bip6Vmac } from '../values/bip6-vmac.js'
import type { Bvll6Message } from '../wire/bvll6.js'
import type { SecureBvll } from '../wire/bvll.js'

/** What a node must know of itself to tell others from it. */
export interface OwnBip6 {
  /** Whether a VMAC is its own, or the one that it would like to have. */
  readonly claims: (vmac: Bip6Vmac) => boolean
  /** Whether an address is one of its own. */
  readonly isAt: (address: Bip6Address) => boolean
  /** Whether its port is bound to the loopback address, as in tests: only then others may be there, too. */
  readonly isOnLoopback: () => boolean
}

/** A message that says which VMAC it is from. */
export type SourcedMessage = Exclude<Bvll6Message, SecureBvll>

/**
 * Where the node is whose VMAC a message tells (clause U.5, the table in section 5 of the protocol notes). What a BBMD
 * has forwarded is of the node that said it first: unicasts to the BBMD would be for a VMAC that is not its own.
 */
export const whereabouts = (message: SourcedMessage, source: Bip6Address): Bip6Address =>
  'originating' in message ? message.originating : source

/**
 * Whether a node may learn where a VMAC is: neither its own VMAC nor an own address, and the address is one of a
 * station. Loopback addresses, which each host has for itself, are only for ports that have one themselves.
 */
export const isLearnable = (vmac: Bip6Vmac, address: Bip6Address, own: OwnBip6): boolean =>
  !own.claims(vmac) && isStation6(address) && !own.isAt(address) && (!isLoopback(address) || own.isOnLoopback())

/** What says where a VMAC is. */
export type VmacEvidence =
  /** An answer to this node or to another one, which says nothing else and is not to be believed by who did not ask. */
  | 'answer'
  | 'answer to another'
  /** A question of somebody who would like to have the VMAC. While another is known to have it, he does not. */
  | 'probe'
  | 'other message'

/** What a message is worth that says where a VMAC is; `own` is that of this node. */
export const evidenceOf = (message: SourcedMessage, own: Bip6Vmac | undefined): VmacEvidence => {
  if (isProbe(message)) return 'probe'
  if (message._tag !== 'Address-Resolution-ACK' && message._tag !== 'Virtual-Address-Resolution-ACK') {
    return 'other message'
  }
  return message.destination === own ? 'answer' : 'answer to another'
}

/** What a message means for the own VMAC. */
export type VmacClaim =
  /** Somebody would like to have it, and asks who has it. Whoever does need only answer. */
  | 'probe'
  /** Somebody else has it. */
  | 'conflict'

/**
 * Tells whether somebody else claims the own VMAC (clause H.7.2, section 1.2 of the protocol notes). Compares
 * addresses, never VMACs alone: what came back to its sender, by itself or through a BBMD, is no claim.
 *
 * A node that resolves its own VMAC is looking for others that have it. Whoever has it must not give way to that, or a
 * node that starts would take the VMAC from one that runs. While both still probe, it counts as a conflict for each.
 */
export const vmacClaim = (message: SourcedMessage, source: Bip6Address, own: OwnBip6): VmacClaim | undefined => {
  if (!own.claims(message.source)) return undefined
  const where = whereabouts(message, source)
  if (own.isAt(source) || own.isAt(where)) return undefined
  // `::1` in a message that came over a network is nobody that can be told from others.
  if (isLoopback(where) && !own.isOnLoopback()) return undefined
  return isProbe(message) ? 'probe' : 'conflict'
}

const isProbe = (message: SourcedMessage): boolean => 'target' in message && message.target === message.source
