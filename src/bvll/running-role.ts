import type { CarriedNpdu } from '../wire/headroom.js'
import type { Annex, BbmdRegistration, PortEvent } from './annex.js'

/** What the roles of a port have of it. */
export interface RolePort<A extends Annex> {
  readonly local: () => A['local']
  /** Sends a message; `about` comes back as dropped if it cannot be sent. */
  readonly send: (to: A['address'], message: A['message'], about?: A['outbound']) => void
  /** Sends copies of a broadcast, all of the same octets; whether they can be sent is only counted. */
  readonly forward: (to: Iterable<A['address']>, copy: A['message'] | Uint8Array) => void
  /** Answers a request with so many octets, as far as there is a budget for answers to its sender. */
  readonly answer: (to: A['address'], length: number, message: () => A['message']) => void
  /** Says that a request is done, as far as there is a budget for answers to its sender. */
  readonly succeed: (to: A['address']) => void
  /** Says so whatever the budget. */
  readonly succeedFreely: (to: A['address']) => void
  /** Refuses a request with the NAK of its kind; counted by why, and told. */
  readonly refuse: (to: A['address'], request: A['request'], why: string) => void
  /** Hands an NPDU to the subscriber. */
  readonly deliver: (received: Delivered<A>) => void
  /** Counts a discarded datagram by its reason, and tells it with the detail. */
  readonly discard: (reason: string, source: A['address'], detail?: string) => void
  readonly tell: (event: PortEvent<A>) => void
}

/** The way that an NPDU took: as its sender sent it, through a BBMD, or from a foreign device to this BBMD. */
export type Via = 'original' | 'forwarded' | 'distributed'

/** An NPDU that is for the subscriber. */
export interface Delivered<A extends Annex> {
  readonly npdu: Uint8Array
  readonly source: A['mac']
  readonly destination: 'unicast' | 'broadcast'
  readonly via: Via
}

/** A role of a port while it has it. */
export interface RunningRole<A extends Annex> {
  /** Begins, once the port knows of it. */
  readonly start: () => void
  /** Whether an address is its own, under whatever name. */
  readonly isSelf: (address: A['address']) => boolean
  readonly registration: () => BbmdRegistration<A['address']> | undefined
  /** Sends a broadcast, and its headroom at most once; a sentence says why it cannot be. */
  readonly broadcast: (outbound: A['outbound'] & CarriedNpdu) => string | undefined
  /** The host has other addresses now. */
  readonly localChanged: () => void
  /** Ends it in good order, without waiting for an answer. */
  readonly end: () => void
  /** Stops all that it has running. */
  readonly close: () => void
}
