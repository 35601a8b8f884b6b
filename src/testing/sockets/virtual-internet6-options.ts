import type { Ip6UdpPort } from '../../ip6/ip6-udp.js'
import type { Bip6Address } from '../../values/bip6-address.js'
import type { DatagramFaults, VirtualDatagram, VirtualWayOptions } from './virtual-datagrams.js'

/** Options of `virtualInternet6`. */
export interface VirtualInternet6Options extends VirtualWayOptions {
  /**
   * The links among which routers pass multicasts of groups wider than a link, by the name of their site:
   * `{ campus: ['fd71:0:0:1::/64', 'fd71:0:0:2::/64'] }`. Default: none do, as nearly everywhere.
   */
  readonly sites?: Readonly<Record<string, readonly string[]>>
}

/** A UDP port of a host. */
export interface VirtualPort6Options {
  /**
   * `[fd71:0:0:1::5]:47808`: the host and the port; port 0 takes one that is free. `[::]:47808` is the best address of its
   * host, and moves along: one that another port of that `host` has or, where there is none, the next of fd00::/64 that is
   * free.
   */
  readonly bind: string
  /** The name of its host, for `paths`. Default: what `hostOf` says of its address; on `[::]`, a host of its own. */
  readonly host?: string
  /** The link it is on. Default: that of the first 64 bits of its address, `fd71:0:0:1::/64`; `fe80::5` must name one. */
  readonly link?: string
  /** Its multicast group. Default `ff02::bac0`. */
  readonly group?: string
  /** Takes the next address when its host moves to another, as a port on `[::]` does. Default: only on `[::]`. */
  readonly movesAlong?: boolean
  /**
   * Binds it to all addresses of its host as `[::]` is on Windows: it moves along, and cannot tell how datagrams came. What
   * it sends to its link, to a group or a link-local address, is from `linkLocal`. Default false.
   */
  readonly isWildcard?: boolean
  /** The link-local address of its host, for a port on all addresses: `fe80::5`. Default: it has none. */
  readonly linkLocal?: string
}

/** IPv6 links inside the process, joined by routers. Faults last until they are unsubscribed. */
export interface VirtualInternet6 extends DatagramFaults<Bip6Address> {
  /** A UDP port of a host. Cold: it is bound while subscribed, and errors when another has that address and port. */
  readonly port: <About = unknown>(options: VirtualPort6Options) => Ip6UdpPort<About>
  /**
   * Gives a host another address on its link. Its ports that move along tell `Bound` again; others stay behind. Throws, and
   * moves none, where another has such an address and port.
   */
  readonly move: (from: string, to: string) => void
  /** Sends a datagram as a stranger on a link, who may lie about where it is from. The link is as for a port. */
  readonly inject: (datagram: VirtualDatagram<Bip6Address>, link?: string) => void
}
