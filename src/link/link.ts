import type { Duplex } from './duplex.js'
import type { HeaderOption } from '../wire/header-option.js'
import type { CarriedNpdu } from '../wire/headroom.js'

/** Where an NPDU goes: to one station by its MAC address, or to all of the network. */
export type Destination<Address extends string> = Address | 'broadcast'

/**
 * An NPDU to be sent. Where `headroom` is offered, it is given to one link, once: the octets of the datagram or message
 * that leaves lie in the same memory, and may wait there to be sent. The NPDU itself is never changed.
 */
export interface OutboundNpdu<Address extends string> extends CarriedNpdu {
  readonly _tag: 'Npdu'
  readonly destination: Destination<Address>
  /** What travels with it where the data link can carry it: the data options of BACnet/SC. */
  readonly dataOptions?: readonly HeaderOption[]
}

/**
 * Room in front of an NPDU for the header of every link, in octets: BACnet/IPv6 and BACnet/SC write 10 in front of a
 * unicast, and one more for each data option without data.
 */
export const MAX_LINK_HEADROOM = 16

/** An NPDU that was received. */
export interface ReceivedNpdu<Address extends string> {
  readonly _tag: 'Npdu'
  readonly npdu: Uint8Array
  readonly source: Address
  readonly destination: 'unicast' | 'broadcast'
  /** The way it took. */
  readonly via: string
  readonly dataOptions: readonly HeaderOption[]
}

/** Something outbound that was not sent. */
export interface Dropped<Outbound> {
  readonly _tag: 'Dropped'
  readonly reason: string
  readonly outbound: Outbound
}

/** How the link stands; comes first when a link is opened. */
export interface StatusChanged<Status> {
  readonly _tag: 'Status'
  readonly status: Status
}

/** What every link tells. */
export type LinkEvent<Address extends string, Status, Request = never> =
  ReceivedNpdu<Address> | Dropped<OutboundNpdu<Address> | Request> | StatusChanged<Status>

/**
 * A data link: NPDUs in, link events out. A link recovers by itself and reports; it errors only for what the caller must
 * fix. Kinds of link add requests (`Request`) and events (`Extra`) of their own.
 */
export type Link<
  Address extends string,
  Status,
  Request = never,
  Extra extends { readonly _tag: string } = never,
> = Duplex<OutboundNpdu<Address> | Request, LinkEvent<Address, Status, Request> | Extra>

/**
 * A link of any kind, real or fake, of which only NPDUs matter. What is written for such a one works over all of them:
 * `<Address extends string>(link: AnyLink<Address>) => …`.
 */
export type AnyLink<Address extends string> = Duplex<
  OutboundNpdu<Address>,
  ReceivedNpdu<Address> | { readonly _tag: string }
>

/** An NPDU for one station. */
export const unicast = <Address extends string>(
  npdu: Uint8Array,
  destination: Address,
  dataOptions: readonly HeaderOption[] = [],
): OutboundNpdu<Address> => ({ _tag: 'Npdu', npdu, destination, ...(dataOptions.length === 0 ? {} : { dataOptions }) })

/** An NPDU for all stations of the network. */
export const broadcast = (npdu: Uint8Array, dataOptions: readonly HeaderOption[] = []): OutboundNpdu<never> => ({
  _tag: 'Npdu',
  npdu,
  destination: 'broadcast',
  ...(dataOptions.length === 0 ? {} : { dataOptions }),
})
