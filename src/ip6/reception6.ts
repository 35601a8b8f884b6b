import type { Delivered } from '../bvll/running-role.js'
import type { Arrival } from '../bvll/udp.js'
import { isLoopback, isStation6, type Bip6Address } from '../values/bip6-address.js'
import type { Bip6Vmac } from '../values/bip6-vmac.js'
import type { Bvll6RequestName } from '../wire/bvll6-function.js'
import type {
  AddressResolution6,
  Bvll6Message,
  DeleteFdtEntry6,
  DistributeBroadcast6,
  ForwardedAddressResolution6,
  ForwardedNpdu6,
  OriginalBroadcast6,
  RegisterForeignDevice6,
} from '../wire/bvll6.js'
import type { AnnexU } from './annex-u.js'
import type { Ip6Role } from './ip6-role.js'

/** A message that only a BBMD has something to do with. */
export type Bbmd6Message =
  | OriginalBroadcast6
  | ForwardedNpdu6
  | DistributeBroadcast6
  | AddressResolution6
  | ForwardedAddressResolution6
  | RegisterForeignDevice6
  | DeleteFdtEntry6

/** What is done with a received message. */
export type Reception6 =
  | ({ readonly _tag: 'Deliver' } & Delivered<AnnexU>)
  | { readonly _tag: 'ToBbmd'; readonly message: Bbmd6Message }
  /** Say that the VMAC that was asked for is here. */
  | { readonly _tag: 'AnswerResolution'; readonly to: Bip6Address; readonly asker: Bip6Vmac }
  /** Say which VMAC is here. */
  | { readonly _tag: 'AnswerVirtual'; readonly to: Bip6Address; readonly asker: Bip6Vmac }
  /** Nothing but to learn where its VMAC is, if that is awaited or known. */
  | { readonly _tag: 'Learn' }
  | { readonly _tag: 'Result'; readonly code: number }
  | { readonly _tag: 'Refuse'; readonly request: Bvll6RequestName }
  /** It is in order, but not for this node. */
  | { readonly _tag: 'Ignore'; readonly reason: string }
  | { readonly _tag: 'Discard'; readonly reason: string }

/** What the decision needs to know of the port. */
export interface Reception6Facts {
  readonly role: () => Ip6Role['_tag']
  /** The own VMAC; `undefined` while there is none. */
  readonly vmac: () => Bip6Vmac | undefined
  readonly isSelf: (address: Bip6Address) => boolean
  /** Whether it is bound to the loopback address; else `::1` in a message is another host, and no answer gets there. */
  readonly isOnLoopback: () => boolean
  /** Of a foreign device: whether the address is that of its BBMD, and it is registered there. */
  readonly isOwnBbmd: (address: Bip6Address) => boolean
  /** Of a BBMD: whether an address is that of another one in its BDT. */
  readonly isPeer: (address: Bip6Address) => boolean
}

/** What a B/IPv6 node does with a message (section 6 of the protocol notes, and section 4 for resolutions). */
export const reception6 = (
  message: Bvll6Message,
  source: Bip6Address,
  arrival: Arrival,
  facts: Reception6Facts,
): Reception6 => {
  const role = facts.role()
  const isForeign = role === 'ForeignDevice'
  switch (message._tag) {
    case 'Original-Unicast-NPDU':
      if (arrival === 'broadcast') return discard('an Original-Unicast-NPDU by multicast')
      if (message.destination !== facts.vmac()) return discard('for another VMAC')
      return { _tag: 'Deliver', npdu: message.npdu, source: message.source, destination: 'unicast', via: 'original' }

    case 'Original-Broadcast-NPDU':
      if (role === 'Bbmd') return { _tag: 'ToBbmd', message }
      if (isForeign) return IGNORE_AROUND_FOREIGN_DEVICE
      return { _tag: 'Deliver', npdu: message.npdu, source: message.source, destination: 'broadcast', via: 'original' }

    case 'Forwarded-NPDU': {
      const refusal = unfitForwarded(message, arrival, role, facts) ?? forwarderRefusal(source, role, facts)
      if (refusal !== undefined) return refusal
      if (role === 'Bbmd') return { _tag: 'ToBbmd', message }
      return { _tag: 'Deliver', npdu: message.npdu, source: message.source, destination: 'broadcast', via: 'forwarded' }
    }

    case 'Address-Resolution':
      if (isForeign && arrival === 'broadcast') return IGNORE_AROUND_FOREIGN_DEVICE
      if (message.target === facts.vmac()) return { _tag: 'AnswerResolution', to: source, asker: message.source }
      return role === 'Bbmd' ? { _tag: 'ToBbmd', message } : LEARN

    case 'Forwarded-Address-Resolution': {
      const isForSelf = message.target === facts.vmac()
      // A foreign device answers whoever asks for it (4.2), a BBMD only for its peers.
      const refusal =
        unfitForwarded(message, arrival, role, facts) ??
        (isForSelf && isForeign ? undefined : forwarderRefusal(source, role, facts))
      if (refusal !== undefined) return refusal
      if (isForSelf) return { _tag: 'AnswerResolution', to: message.originating, asker: message.source }
      return role === 'Bbmd' ? { _tag: 'ToBbmd', message } : LEARN
    }

    case 'Virtual-Address-Resolution':
      return { _tag: 'AnswerVirtual', to: source, asker: message.source }

    case 'Address-Resolution-ACK':
    case 'Virtual-Address-Resolution-ACK':
      return arrival === 'broadcast' ? discard('an answer by multicast') : LEARN

    case 'BVLC-Result':
      return arrival === 'broadcast' ? discard('an answer by multicast') : { _tag: 'Result', code: message.code }

    case 'Register-Foreign-Device':
    case 'Delete-Foreign-Device-Table-Entry':
    case 'Distribute-Broadcast-To-Network':
      if (arrival === 'broadcast') return discard('a request by multicast')
      return role === 'Bbmd' ? { _tag: 'ToBbmd', message } : { _tag: 'Refuse', request: message._tag }

    case 'Secure-BVLL':
      return discard('Secure-BVLL')
  }
}

/** What is wrong with a message that a BBMD has passed on, or says that it has, whoever sent it. */
const unfitForwarded = (
  { originating }: ForwardedNpdu6 | ForwardedAddressResolution6,
  arrival: Arrival,
  role: Ip6Role['_tag'],
  { isSelf, isOnLoopback }: Reception6Facts,
): Reception6 | undefined => {
  if (isSelf(originating)) return ignore('an own message that came back')
  if (!isStation6(originating) || (isLoopback(originating) && !isOnLoopback())) return discard(NO_STATION)
  // Its BBMD sends it a copy of its own: from a domain that this BBMD multicasts in as well, it would hear all twice.
  return role === 'ForeignDevice' && arrival === 'broadcast' ? IGNORE_AROUND_FOREIGN_DEVICE : undefined
}

/** Why what somebody has passed on is not taken from him. */
const forwarderRefusal = (
  source: Bip6Address,
  role: Ip6Role['_tag'],
  { isOwnBbmd, isPeer }: Reception6Facts,
): Reception6 | undefined => {
  switch (role) {
    case 'OrdinaryNode':
      return undefined
    case 'ForeignDevice':
      return isOwnBbmd(source) ? undefined : discard('not from the BBMD that it is registered with')
    case 'Bbmd':
      return isPeer(source) ? undefined : discard('not from a BBMD of its BDT')
  }
}

const NO_STATION = 'the originating address is not that of a station'

const ignore = (reason: string): Reception6 => ({ _tag: 'Ignore', reason })
const discard = (reason: string): Reception6 => ({ _tag: 'Discard', reason })

// What becomes of most that is multicast, made once.
const LEARN: Reception6 = { _tag: 'Learn' }
const IGNORE_AROUND_FOREIGN_DEVICE = ignore('a message of the multicast domain that a foreign device sits in')
