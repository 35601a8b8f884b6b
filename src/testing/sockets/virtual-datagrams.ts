import type { Observable, Subscription } from 'rxjs'
import type { Duration } from '../../values/duration.js'
import type { Random } from '../../values/random.js'
import type { Paths } from '../paths/paths.js'
import type { Fate } from './fate.js'

/** A datagram on a virtual internet. */
export interface VirtualDatagram<Address extends string> {
  /** The address and port of who sends it. */
  readonly from: Address
  /** The address and port that it is for: of one, of a broadcast or of a multicast group. */
  readonly to: Address
  /** All that it carries, without headers of UDP and IP. */
  readonly octets: Uint8Array
}

/** A datagram as it was sent: before any NAT, and whatever became of it. */
export interface TappedDatagram<Address extends string> extends VirtualDatagram<Address> {
  /** When, in milliseconds on the clock of the scheduler. */
  readonly at: number
}

/**
 * Why one for whom a datagram was did not hear it:
 *
 * - `lost`: on the way, by chance or because a test said so
 * - `blocked`: nothing passes from the one host to the other
 * - `rate`: too much waited already to pass there
 * - `unplugged`: the cable of one of both is pulled
 * - `no route`: a NAT hides him or has no port left for who sent it, or a link-local address of another link sent it
 * - `no listener`: nobody had a port there when it arrived
 * - `strayed`: his port took it for none of its own
 * - `unsent`: it never left; who sent it was told `Unsent`
 */
export type DatagramLoss = 'lost' | 'blocked' | 'rate' | 'unplugged' | 'no route' | 'no listener' | 'strayed' | 'unsent'

/** One copy of a datagram, for one of those it was for; `from` and `to` are as on arrival, also behind a NAT. */
export interface SentDatagram<Address extends string> extends VirtualDatagram<Address> {
  /**
   * The datagram as it was sent: the object that `tap$` has told, which tells datagrams apart. What never left has none
   * there.
   */
  readonly sent: TappedDatagram<Address>
  /** The port of whom it was for; `undefined` when that was nobody, or not known yet: it never left, or had no route. */
  readonly by: Address | undefined
  /** The name of his host. */
  readonly host: string | undefined
  /** Whether it is the second copy that a path has made of it. */
  readonly isDuplicate: boolean
}

/** What became of one copy of a datagram, for one of those it was for. The octets are a view: read them, do not write them. */
export type DatagramFate<Address extends string> = Fate<SentDatagram<Address>, DatagramLoss>

/**
 * What can go wrong with datagrams, and be seen of them. Faults last until they are unsubscribed. Those of WebSockets have
 * other names, as they are other faults: datagrams know no connection that could be cut or refused.
 */
export interface DatagramFaults<Address extends string> {
  /** Loses datagrams, and tells nobody. */
  readonly lose: (isLost: (datagram: VirtualDatagram<Address>) => boolean) => Subscription
  /**
   * Lets datagrams not leave: they come back to who wanted to send them, as `Unsent` with the reason that is given;
   * `undefined` lets them go.
   */
  readonly failSend: (reasonOf: (datagram: VirtualDatagram<Address>) => string | undefined) => Subscription
  /**
   * Pulls the cable of a host, which is meant by any of its addresses: nothing goes in or out, and nobody is told. What is
   * on its way already is lost where it would have arrived.
   */
  readonly unplug: (host: string) => Subscription
  /** All that is sent, in the order it is sent. Hot; never completes. */
  readonly tap$: Observable<TappedDatagram<Address>>
  /**
   * What became of all that is sent: one for each copy and each port that it was for, and one where that is nobody. It comes
   * before whatever the port does about it. Hot; never completes.
   */
  readonly fate$: Observable<DatagramFate<Address>>
}

/** What is between the hosts of a virtual internet. */
export interface VirtualWayOptions {
  /**
   * How long each datagram is on its way to another host. Default 0 ms, which is later than the call that sends it all the
   * same. Where `paths` are given, they say it.
   */
  readonly latency?: Duration
  /**
   * The ways between hosts, which other networks may share. What becomes of a datagram on its way is decided when it is
   * sent; each that hears a broadcast has a way of its own. Where a `rate` is bounded, up to 64 KiB wait, and what is more is
   * dropped. Default: all are as `latency` says.
   */
  readonly paths?: Paths
  /** The name, for `paths`, of the host that has an address when a port is bound there or moves there. Default: the address. */
  readonly hostOf?: (ip: string) => string
  /** Where the luck of datagrams comes from. Default `fixedRandom(1)`. */
  readonly random?: Random
}
