import type { Datagram, UdpEvent, UdpPort } from '../bvll/udp.js'
import type { Bip6Address } from '../values/bip6-address.js'

/** What a UDP port of BACnet/IPv6 knows of its own addresses (section 10 of the protocol notes). */
export interface Ip6Local {
  /** The B/IPv6 address that peers know this port by: of its interface, and the widest in scope. */
  readonly address: Bip6Address
  /** All addresses from which its own datagrams may come back: the one that it is bound to. On Windows, for `::`, all. */
  readonly own: ReadonlySet<Bip6Address>
  /** The multicast group and port: where broadcasts go, and what of them is heard. */
  readonly group: Bip6Address
  /** Whether it sends from any of its own addresses, of which `address` is the likeliest: only `::` on Windows does. */
  readonly isWildcard: boolean
  /** The receive buffer that the system granted, in octets. */
  readonly receiveBuffer: number
}

/** One datagram of a B/IPv6 port. */
export type Ip6Datagram<About = unknown> = Datagram<Bip6Address, About>

/** What the UDP port under a B/IPv6 port tells. `broadcast` is its word for what came by multicast. */
export type Ip6UdpEvent<About = unknown> = UdpEvent<Bip6Address, Ip6Local, About>

/**
 * The UDP port under a B/IPv6 port. Cold: it is bound while subscribed, and errors where it cannot be. Completing the outbound
 * stream closes it when what was given has been sent.
 */
export type Ip6UdpPort<About = unknown> = UdpPort<Bip6Address, Ip6Local, About>
