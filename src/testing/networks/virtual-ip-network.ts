import type { SchedulerLike } from 'rxjs'
import { ipLimits, type IpLimits } from '../../ip/ip-limits.js'
import type { IpLink } from '../../ip/ip-link.js'
import type { IpRole } from '../../ip/ip-role.js'
import { ipLink } from '../../ip/port.js'
import { BACNET_PORT, parseBipAddress, portOf, printBipAddress } from '../../values/bip-address.js'
import type { Random } from '../../values/random.js'
import { fixedRandom } from '../chance/fixed-random.js'
import { ownChance } from '../chance/own-chance.js'
import { valid } from '../sockets/valid.js'
import type {
  VirtualInternet,
  VirtualInternetOptions,
  VirtualPortOptions,
} from '../sockets/virtual-internet-options.js'
import { virtualInternet } from '../sockets/virtual-internet.js'

/** Options of `virtualIpNetwork`. */
export interface VirtualIpNetworkOptions extends VirtualInternetOptions {
  /** Chance. What happens to datagrams on `paths` is drawn from a chance of its own. Default `fixedRandom(1)`. */
  readonly random?: Random
}

/** Options of a B/IP port on a virtual network. UDP ports may be left out as with `ipPort`: 47808, or that of `bind`. */
export interface VirtualIpPortOptions extends VirtualPortOptions {
  /** What the port is to its network. Default: an ordinary node. */
  readonly role?: IpRole
  /** What it bounds. Default: as `ipPort`. */
  readonly limits?: Partial<IpLimits>
  /** Its own clock. Default: that of the network, which its socket has in any case. */
  readonly scheduler?: SchedulerLike
}

/** B/IP ports on a virtual internet, with all that can go wrong there. */
export interface VirtualIpNetwork extends Omit<VirtualInternet, 'port'> {
  /**
   * A B/IP port, as `ipPort` makes it. Cold; subscribing again after its end is its restart. On `paths`, the name of
   * its host is what `host` says or, without that, its address.
   */
  readonly port: (options: VirtualIpPortOptions) => IpLink
  /** A bare UDP port, to play a station that is not ours. Cold. On `paths`, it is as `port`. */
  readonly socket: VirtualInternet['port']
}

/**
 * B/IP networks for tests: real ordinary nodes, foreign devices and BBMDs, with UDP inside the process and the time of
 * `scheduler`, which is a `TestScheduler`, a `virtualClock` for large networks, or any other scheduler.
 * Subnets are there as soon as a port is bound in them. Complete or unsubscribe your ports: virtual time has no end while a
 * foreign device renews.
 *
 * @example
 * ```ts
 * scheduler.run(({ cold, expectObservable }) => {
 *   const network = virtualIpNetwork(scheduler)
 *   const bdt = ['10.0.1.1:47808', '10.0.2.1:47808']
 *   NEVER.pipe(network.port({ bind: '10.0.1.1', role: bbmd({ bdt }) })).subscribe()
 *   NEVER.pipe(network.port({ bind: '10.0.2.1', role: bbmd({ bdt }) })).subscribe()
 *   const hears = network.port({ bind: '10.0.2.7' })
 *
 *   const sources$ = NEVER.pipe(
 *     hears,
 *     filter(event => event._tag === 'Npdu'),
 *     map(({ source }) => printBipAddress(source)),
 *   )
 *   expectObservable(sources$, '^ 1s !').toBe('--s', { s: '10.0.1.7:47808' })
 *   cold('--a|', { a: broadcast(whoIs) }).pipe(network.port({ bind: '10.0.1.7' })).subscribe()
 * })
 * ```
 */
export const virtualIpNetwork = (
  scheduler: SchedulerLike,
  { random = fixedRandom(1), paths, ...options }: VirtualIpNetworkOptions = {},
): VirtualIpNetwork => {
  const { port: socket, ...internet } = virtualInternet(scheduler, {
    ...options,
    // Nothing is drawn where nothing can be impaired.
    ...(paths === undefined ? {} : { paths, random: ownChance(random) }),
  })
  return {
    ...internet,
    socket,
    port: ({ bind, broadcast, role = { _tag: 'OrdinaryNode' }, limits, scheduler: clock = scheduler, ...rest }) => {
      const address = valid(parseBipAddress(bind, BACNET_PORT))
      return ipLink({
        udp: socket({
          ...rest,
          bind: printBipAddress(address),
          ...(broadcast === undefined
            ? {}
            : { broadcast: printBipAddress(valid(parseBipAddress(broadcast, portOf(address)))) }),
        }),
        role,
        limits: ipLimits(limits),
        scheduler: clock,
        random,
      })
    },
  }
}
