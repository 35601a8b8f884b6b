import type { IpUdpPort } from '../../ip/ip-udp.js'
import type { BipAddress } from '../../values/bip-address.js'
import type { DatagramFaults, VirtualDatagram, VirtualWayOptions } from './virtual-datagrams.js'
import type { VirtualNat } from './virtual-nat.js'

/** Options of `virtualInternet`. */
export interface VirtualInternetOptions extends VirtualWayOptions {
  /** Whether routers pass broadcasts to the hosts of another subnet. Default false, as nearly everywhere. */
  readonly directedBroadcasts?: boolean
}

/** A UDP port of a host. */
export interface VirtualPortOptions {
  /**
   * `10.0.1.5:47808`: the host and the port; port 0 takes one that is free. `0.0.0.0:47808` is all addresses of its host:
   * one that another port of that `host` has or, where there is none, the next of 192.168.0.0/24 that is free.
   */
  readonly bind: string
  /** The name of its host, for `paths`. Default: what `hostOf` says of its address; on 0.0.0.0, a host of its own. */
  readonly host?: string
  /** The mask of its subnet. Default 255.255.255.0. */
  readonly mask?: string
  /** `10.0.1.255:47808`: its B/IP broadcast address. Default: that of the subnet, with the own port. */
  readonly broadcast?: string
  /** Binds it to all addresses of the host, so that it cannot tell how datagrams came. Default: only on 0.0.0.0. */
  readonly isWildcard?: boolean
}

/** A router that hides a subnet behind its own address. */
export interface VirtualNatOptions {
  /** `10.9.0.0`: any address of the network behind it. */
  readonly inside: string
  /** The mask of that network. Default 255.255.255.0. */
  readonly mask?: string
  /** `203.0.113.1`: its address outside. */
  readonly outside: string
  /** Ports of that address that always lead to one address and port inside: `{ 47808: '10.9.0.5:47808' }`. */
  readonly forward?: Readonly<Record<number, string>>
}

/** IPv4 subnets inside the process, joined by routers, as a `virtualIpNetwork` has them. Faults last until they are unsubscribed. */
export interface VirtualInternet extends DatagramFaults<BipAddress> {
  /** A UDP port of a host. Cold: it is bound while subscribed, and errors when another has that address and port. */
  readonly port: <About = unknown>(options: VirtualPortOptions) => IpUdpPort<About>
  /**
   * Puts a network behind a NAT. `forget` gives its hosts new ports from then on, as its restart does; `outside` tells
   * what an address behind it looks like to others.
   */
  readonly nat: (options: VirtualNatOptions) => Pick<VirtualNat, 'forget' | 'outside'>
  /**
   * Gives a host another address. Its ports on all addresses tell `Bound` again; others stay behind on the old one. Throws,
   * and moves none, where another has such an address and port.
   */
  readonly move: (from: string, to: string) => void
  /** How many ports a host has bound; without a name, of all hosts. */
  readonly open: (host?: string) => number
  /** Sends a datagram as a stranger, who may lie about where it is from. It is heard as if sent next to who hears it. */
  readonly inject: (datagram: VirtualDatagram<BipAddress>) => void
}
