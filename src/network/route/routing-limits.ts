import { seconds, type Duration } from '../../values/duration.js'
import { withoutUndefined } from '../../values/without-undefined.js'

/** When the way to a network is taken to change to and fro, and for how long it then stays as it is. */
export interface FlappingLimits {
  /**
   * How often the next router to one network may change within the window. Default 5: whoever replaces routers by hand does
   * not change them that often in a minute, and a loop does at once.
   */
  readonly changes: number
  /** Default 60 s. */
  readonly window: Duration
  /** How long the route is held then. Default 60 s: the changes of a lasting loop are few, those of one that was repaired soon forgotten. */
  readonly hold: Duration
}

/** What a routing table bounds (section 8 of the protocol notes). All of it is a local matter, but for the busy time. */
export interface RoutingLimits {
  /**
   * The most routes that are learned from others. Default 1024, which is more networks than any site has. Those of ports
   * and configured ones come on top: only the operator adds them, and they must not be crowded out by what is learned.
   */
  readonly maxRoutes: number
  /** The most of these through one neighbour, so that it takes several to fill the table. Default 256. */
  readonly maxPerRouter: number
  /** How long a router that said it is too busy is left alone, unless it says otherwise (clause 6.6.3.6). Default 30 s. */
  readonly busyTime: Duration
  /**
   * How long it is believed that a router cannot reach a network, unless somebody says otherwise; then it is asked for again.
   * The standard has no end for that; but who says otherwise says it once, and one lost datagram would close it for ever.
   * Default 30 s.
   */
  readonly unreachableTime: Duration
  readonly flapping: FlappingLimits
}

/** Limits as they are given: what is left out has its default. */
export interface RoutingLimitOptions extends Partial<Omit<RoutingLimits, 'flapping'>> {
  readonly flapping?: Partial<FlappingLimits>
}

/** Fills in the defaults. */
export const routingLimits = ({ flapping, ...given }: RoutingLimitOptions = {}): RoutingLimits => ({
  maxRoutes: 1024,
  maxPerRouter: 256,
  busyTime: seconds(30),
  unreachableTime: seconds(30),
  ...withoutUndefined(given),
  flapping: { changes: 5, window: seconds(60), hold: seconds(60), ...withoutUndefined(flapping ?? {}) },
})
