import type { Duration } from '../../values/duration.js'
import type { Impairment } from '../paths/impairment.js'
import type { Hosts } from '../paths/hosts.js'

/**
 * What can go wrong on a virtual internetwork. Hosts are meant by their names: one, a list, or `'*'` for every one. `Refuse`,
 * `Hang`, `Cut` and `Mute` concern WebSockets only; what else can happen to datagrams is in `DatagramFaults`.
 */
export type Fault =
  /** Nothing passes between two groups of hosts; without `others`, between `ones` and all else. */
  | { readonly _tag: 'Partition'; readonly ones: Hosts; readonly others?: Hosts }
  /** Nothing passes in one direction. */
  | { readonly _tag: 'Block'; readonly from: Hosts; readonly to: Hosts }
  /** What passes in one direction is late, lost, doubled, overtaken or slow. */
  | { readonly _tag: 'Impair'; readonly from: Hosts; readonly to: Hosts; readonly impairment: Impairment }
  /** Whoever connects to hosts is refused. */
  | { readonly _tag: 'Refuse'; readonly hosts: Hosts }
  /** Whoever connects to hosts gets no answer. */
  | { readonly _tag: 'Hang'; readonly hosts: Hosts }
  /** All WebSockets of hosts are reset, at this moment; both ends are told. */
  | { readonly _tag: 'Cut'; readonly hosts: Hosts }
  /** All WebSockets that hosts have at this moment are half open from then on: nothing passes, and nobody is told. */
  | { readonly _tag: 'Mute'; readonly hosts: Hosts }
  /** Hubs are full: the nodes that they have stay, and any other that comes is refused for want of resources. */
  | { readonly _tag: 'Fill'; readonly hubs: Hosts }
  /** What runs on hosts dies, and their systems tell whoever is connected; it starts anew when that is over. */
  | { readonly _tag: 'Kill'; readonly hosts: Hosts }
  /** Hosts lose their power, and tell nobody; what runs there starts anew when that is over. */
  | { readonly _tag: 'PowerOff'; readonly hosts: Hosts }
  /** A NAT forgets at this moment who has which of its ports: all behind it are seen from other ports from then on. */
  | { readonly _tag: 'Rebind'; readonly nat: string }
  /**
   * One host has another IPv4 or IPv6 address from this moment on, as DHCP may give it one. What runs there on all addresses
   * is told; what is bound to the old one stays there until it starts anew.
   */
  | { readonly _tag: 'Move'; readonly host: string; readonly to: string }

/** A fault, when it begins, and how long it lasts: for good, where that is not said. */
export interface ScriptedFault {
  /** From when the network was made. */
  readonly at: Duration
  /** Means nothing for what happens at one moment: `Cut`, `Mute`, `Rebind` and `Move`. */
  readonly lasts?: Duration | undefined
  /** What goes wrong. */
  readonly fault: Fault
}
