import { defer, type SchedulerLike } from 'rxjs'
import { steadyScheduler } from '../io/clock.js'
import { systemRandom } from '../io/random.js'
import type { Duplex } from '../link/duplex.js'
import type { NetworkEvent, NetworkOutbound } from '../network/event/network-event.js'
import { networkLayer } from '../network/node/network-layer.js'
import { networkLimits, type NetworkLimitOptions } from '../network/event/network-limits.js'
import type { NetworkPortOptions } from '../network/port/port.js'
import type { ConfiguredRoute } from '../network/route/route.js'
import { routerPolicy, type RouterPolicy } from '../network/event/router-policy.js'
import type { Random } from '../values/random.js'
import { checkedNetworkLimits } from './checked-network-limits.js'
import { ConfigurationError } from './configuration-error.js'

/** What a router and a network entity have in common. */
export interface NetworkOptions {
  /** The links, each as a port. More come and go with `AddPort` and `RemovePort`. */
  readonly ports: readonly NetworkPortOptions[]
  /** Routes that are always there. Default: none, as they are learned. */
  readonly routes?: readonly ConfiguredRoute[]
  /** What it bounds. */
  readonly limits?: NetworkLimitOptions
  /** The clock. Default: real time that never jumps. */
  readonly scheduler?: SchedulerLike
  /** Chance. Default: that of the operating system. */
  readonly random?: Random
}

/** Options of {@link router}. */
export interface RouterOptions extends NetworkOptions {
  /**
   * The name of the port whose network the application of the router itself is a station of. On other networks it is known
   * by its address there. Default: the first port that there is, also when another has gone. Where ports are given, it is one
   * of them; where none is, it may come later.
   */
  readonly home?: string
  /** Who may change what it does. Default: routes are learned from I-Am-Router-To-Network, and from what passes. */
  readonly policy?: Partial<RouterPolicy>
}

/**
 * A router between any number of links (clause 6.6): what comes in through one port and is for another network goes out
 * through another. It has an application of its own: APDUs in and out.
 *
 * Cold: subscribing opens the links; unsubscribing drops them; completing the outbound stream ends them in good order, and
 * then completes. Errors with a {@link ConfigurationError} for ports, routes and limits that cannot be. A link that fails is a
 * `PortRemoved` event, and the others go on.
 */
export const router = ({ home, policy, ...options }: RouterOptions): Duplex<NetworkOutbound, NetworkEvent> =>
  withDefaults(options, { router: { policy: routerPolicy(policy) }, home })

/**
 * The network layer of a node that carries on nothing of others (clause 6.5), over one link or several: it finds the
 * routers to other networks by itself. On each link it is a station of its own.
 *
 * Cold, as {@link router}.
 */
export const networkEntity = (options: NetworkOptions): Duplex<NetworkOutbound, NetworkEvent> =>
  withDefaults(options, { router: undefined, home: undefined })

const withDefaults =
  (
    { ports, routes = [], limits, scheduler = steadyScheduler, random = systemRandom }: NetworkOptions,
    kind: { readonly router: { readonly policy: RouterPolicy } | undefined; readonly home: string | undefined },
  ): Duplex<NetworkOutbound, NetworkEvent> =>
  outbound$ =>
    defer(() =>
      networkLayer({
        ...kind,
        ports,
        routes,
        limits: checkedNetworkLimits(networkLimits(limits)),
        scheduler,
        random,
        unfit: reason => new ConfigurationError(reason),
      })(outbound$),
    )
