import type { BipAddress } from '../values/bip-address.js'
import type { BvllRequestName } from '../wire/bvll-function.js'
import type { BvllMessage } from '../wire/bvll.js'
import type { IpEvent, IpOutbound, IpStatus } from './ip-link.js'
import type { IpLocal } from './ip-udp.js'
import type { Via } from './reception.js'

/** What the roles of a B/IP port have of it. */
export interface RolePort {
  readonly local: () => IpLocal
  /** Sends a message; `about` comes back as dropped if it cannot be sent. */
  readonly send: (to: BipAddress, message: BvllMessage, about?: IpOutbound) => void
  /** Sends copies of a broadcast, all of the same octets; whether they can be sent is only counted. */
  readonly forward: (to: Iterable<BipAddress>, copy: BvllMessage | Uint8Array) => void
  /** Answers a request with so many octets, as far as there is a budget for answers to its sender. */
  readonly answer: (to: BipAddress, length: number, message: () => BvllMessage) => void
  /** Refuses a request with the NAK of its kind; counted by why, and told. */
  readonly refuse: (to: BipAddress, request: BvllRequestName, why: string) => void
  /** Hands a broadcast to the subscriber. */
  readonly deliver: (npdu: Uint8Array, source: BipAddress, via: Via) => void
  /** Counts a discarded datagram by its reason, and tells it with the detail. */
  readonly discard: (reason: string, source: BipAddress, detail?: string) => void
  readonly tell: (event: IpEvent) => void
}

/** A role of a B/IP port while it has it. */
export interface RunningRole {
  /** Begins, once the port knows of it. */
  readonly start: () => void
  /** Whether an address is its own, under whatever name. */
  readonly isSelf: (address: BipAddress) => boolean
  readonly registration: () => IpStatus['registration']
  /** Sends a broadcast; a sentence says why it cannot be. */
  readonly broadcast: (outbound: IpOutbound, npdu: Uint8Array) => string | undefined
  /** The host has other addresses now. */
  readonly localChanged: () => void
  /** Ends it in good order, without waiting for an answer. */
  readonly end: () => void
  /** Stops all that it has running. */
  readonly close: () => void
}

/** Why a broadcast cannot be sent from a host that has no broadcast address for the port. */
export const NO_BROADCAST_ADDRESS = 'the port has no broadcast address'
