import type { SchedulerLike, Subscription } from 'rxjs'
import type { Duplex } from '../../../src/link/duplex.js'
import type { NetworkEvent, NetworkOutbound } from '../../../src/network/event/network-event.js'
import type { NetworkLink } from '../../../src/network/link/network-link.js'
import type { DiscoveryLimits } from '../../../src/network/route/discovery-limits.js'
import type { VirtualHubOptions, VirtualInternetwork, VirtualNodeOptions } from '../../../src/testing/index.js'
import type { HubCommand, HubEvent } from '../../../src/sc/hub/hub-event.js'
import type { ScLink } from '../../../src/sc/node/sc-link.js'
import type { Seat } from '../plan/plan.js'
import type { Bounds } from './bounds.js'

/** What runs on a host as an application: the network layer over its links. */
export type Application = Duplex<NetworkOutbound, NetworkEvent>

type HubOptions = Omit<VirtualHubOptions, 'name'>
type NodeOptions = Omit<VirtualNodeOptions, 'name'>

/**
 * Defects to be planted, so that it can be seen that they are found. Each takes the place of something that works.
 */
export interface Spoil {
  readonly application?: (host: string, application: Application, scheduler: SchedulerLike) => Application
  /** The link of a node. */
  readonly scLink?: (host: string, link: ScLink, scheduler: SchedulerLike) => ScLink
  readonly hubFunction?: (host: string, hub: Duplex<HubCommand, HubEvent>) => Duplex<HubCommand, HubEvent>
  /** The link of a seat, whatever it is on. */
  readonly link?: (seat: Seat, link: NetworkLink, scheduler: SchedulerLike) => NetworkLink
  /** The clock of a host. */
  readonly clock?: (host: string, clock: SchedulerLike) => SchedulerLike
  readonly node?: (host: string, options: NodeOptions) => NodeOptions
  readonly hub?: (host: string, options: HubOptions) => HubOptions
  /** What bounds the search of a host for routers, besides how much may wait for them. */
  readonly discovery?: (host: string) => Partial<DiscoveryLimits>
  /** What the tables really have as their bounds. */
  readonly bounds?: (bounds: Bounds) => Bounds
  /** What runs besides, and goes wrong besides. It is ended with the rest. */
  readonly beside?: (network: VirtualInternetwork, scheduler: SchedulerLike) => Subscription
}
