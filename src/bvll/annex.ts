import type { Dropped, OutboundNpdu, ReceivedNpdu } from '../link/link.js'
import type { RegistrationState } from './registration-state.js'

/** What a UDP port of either annex knows of its own addresses. */
export interface LocalAddresses<Address extends string> {
  /** The address that peers know it by. */
  readonly address: Address
  /** All addresses from which its own datagrams may come back. */
  readonly own: ReadonlySet<Address>
  /** Whether it is bound to all addresses of its host, so that `address` is only the likeliest of several. */
  readonly isWildcard: boolean
}

/** How a foreign device stands, and with which BBMD. */
export interface BbmdRegistration<Address extends string> {
  readonly bbmd: Address
  readonly state: RegistrationState
}

/** Received datagrams were discarded, or requests of others refused: `count` of them, since this was last told. */
export interface Noted<Address extends string> {
  readonly _tag: 'Discarded' | 'Refused'
  readonly reason: string
  /** Of the latest; `undefined` where there are many at once. */
  readonly source: Address | undefined
  readonly count: number
}

/** An annex of the standard, by the types in which Annex J and Annex U differ. */
export interface Annex {
  /** The address of a UDP port: B/IP or B/IPv6. */
  readonly address: string
  /** What the network layer knows a station by: the same as its address, or its VMAC. */
  readonly mac: string
  readonly local: LocalAddresses<Annex['address']>
  readonly message: { readonly _tag: string }
  /** The names of the requests that can be refused. */
  readonly request: string
  /** What goes into a port. */
  readonly outbound: OutboundNpdu<Annex['mac']> | { readonly _tag: string }
  /** What a port tells, besides what every port does. */
  readonly event: { readonly _tag: string }
}

/** What a port tells. */
export type PortEvent<A extends Annex> =
  A['event'] | ReceivedNpdu<A['mac']> | Dropped<A['outbound']> | Noted<A['address']>
