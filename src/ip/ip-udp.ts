import type { Datagram, UdpEvent, UdpPort } from '../bvll/udp.js'
import type { BipAddress } from '../values/bip-address.js'
import type { BroadcastMask } from '../values/broadcast-mask.js'

/** What a UDP port of BACnet/IP knows of its own addresses (section 10 of the protocol notes). */
export interface IpLocal {
  /** The B/IP address that peers know this port by. */
  readonly address: BipAddress
  /** All addresses from which its own datagrams may come back. */
  readonly own: ReadonlySet<BipAddress>
  /** The B/IP broadcast address; `undefined` where the host has none for it. */
  readonly broadcast: BipAddress | undefined
  /** The mask of its subnet; `undefined` where the host does not know it. */
  readonly mask: BroadcastMask | undefined
  /** Whether it is bound to 0.0.0.0, so that `address` is only the likeliest of several. */
  readonly isWildcard: boolean
  /** The receive buffer that the system granted, in octets. */
  readonly receiveBuffer: number
}

/** One datagram of a B/IP port. */
export type IpDatagram<About = unknown> = Datagram<BipAddress, About>

/** What the UDP port under a B/IP port tells. */
export type IpUdpEvent<About = unknown> = UdpEvent<BipAddress, IpLocal, About>

/**
 * The UDP port under a B/IP port. Cold: it is bound while subscribed, and errors where it cannot be. Completing the outbound
 * stream closes it when what was given has been sent.
 */
export type IpUdpPort<About = unknown> = UdpPort<BipAddress, IpLocal, About>
