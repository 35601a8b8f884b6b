import type { Pace } from '../../limits/pace.js'
import { ms, seconds, type Duration } from '../../values/duration.js'
import { withoutUndefined } from '../../values/without-undefined.js'
import { discoveryLimits, type DiscoveryLimits } from '../route/discovery-limits.js'
import { routingLimits, type RoutingLimits } from '../route/routing-limits.js'

/** What the network layer bounds. */
export interface NetworkLimits {
  readonly routing: RoutingLimits
  readonly discovery: DiscoveryLimits
  /** How long a link may be down before its network counts as gone, so that what is sent there is rejected. Default 10 s. */
  readonly outage: Duration
  /**
   * Within which time after its link has come back, or went to its other hub, a port asks who routes where, if something was
   * learned there; chance says when, so that one of many nodes asks for all. It asks as often as `discovery.tries` says, each
   * time after the wait of that and as much by chance. Default 2 s.
   */
  readonly recheck: Duration
  /** How long changes of ports are gathered before they are announced, all together. Default 0.1 s. */
  readonly settling: Duration
  /** How often a port may be told that the networks behind the others have changed. Default 5 at once, then one in 10 s. */
  readonly announcements: Pace
  /** Global and remote broadcasts of one station that are carried on. Default 200 at once, then 100 a second. */
  readonly broadcastsOfStation: Pace
  /**
   * The same of all stations that are heard through one port, so that those of the others are not shouted down: as many as
   * thousand devices that answer one Who-Is. Default 2000 at once, then 1000 a second.
   */
  readonly broadcastsOfPort: Pace
  /**
   * Answers about one network on one port, as they are broadcast and one serves all who ask; and those with the routing
   * table, which is long. Default 5 at once, then 1 a second.
   */
  readonly answersOfNetwork: Pace
  /** Messages about networks of one neighbour that are answered, or carried on to the other ports. Default 30 at once, then 10 a second. */
  readonly controlOfNeighbour: Pace
  /** The same of all neighbours of one port. Default 300 at once, then 100 a second. */
  readonly controlOfPort: Pace
  /** How long no I-Am-Router is carried on of a router that says it routes to a network which is here. Default 60 s. */
  readonly suspicion: Duration
  /** How often one list of one router is carried on. Default once a second. */
  readonly relayOfList: Pace
  /** How long an I-Am-Router is not carried on again that changes nothing. Default 30 s. */
  readonly repeat: Duration
  /** How often a port may learn another number for its network. Default 5 times at once, then once a minute. */
  readonly renumberings: Pace
  /** Rejects for one originator and network. Default one a second. */
  readonly rejects: Pace
  /** Rejects through one port. Default 100 at once, then 50 a second. */
  readonly rejectsOfPort: Pace
}

/** Limits that are given in part. */
export interface NetworkLimitOptions extends Partial<Omit<NetworkLimits, 'routing' | 'discovery'>> {
  readonly routing?: Partial<RoutingLimits>
  readonly discovery?: Partial<DiscoveryLimits>
}

/** The defaults, but for what is given. */
export const networkLimits = ({ routing, discovery, ...given }: NetworkLimitOptions = {}): NetworkLimits => ({
  outage: seconds(10),
  recheck: seconds(2),
  settling: ms(100),
  announcements: { burst: 5, perSecond: 0.1 },
  broadcastsOfStation: { burst: 200, perSecond: 100 },
  broadcastsOfPort: { burst: 2000, perSecond: 1000 },
  answersOfNetwork: { burst: 5, perSecond: 1 },
  controlOfNeighbour: { burst: 30, perSecond: 10 },
  controlOfPort: { burst: 300, perSecond: 100 },
  suspicion: seconds(60),
  relayOfList: { burst: 1, perSecond: 1 },
  repeat: seconds(30),
  renumberings: { burst: 5, perSecond: 1 / 60 },
  rejects: { burst: 1, perSecond: 1 },
  rejectsOfPort: { burst: 100, perSecond: 50 },
  ...withoutUndefined(given),
  routing: routingLimits(routing),
  discovery: discoveryLimits(discovery),
})
