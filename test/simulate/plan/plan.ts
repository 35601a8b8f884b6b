import type { Duration } from '../../../src/values/duration.js'
import type { ScriptedFault } from '../../../src/testing/index.js'
import type { Addressing } from '../world/fact.js'

/*
 * What a run is made of, all of it drawn from a seed before anything runs. Names say where things are: `hub-1a` and
 * `node-1-7` are on network 1, `ip-2-1-7` on the first subnet of network 2, `ip-2-201-8` behind `nat-2-201`; `box-3` joins
 * network 3 to an earlier one.
 */

/** Where somebody is. */
export interface SeatPlan {
  readonly host: string
  readonly network: number
  /** Whether it knows the number of its network from the start, or has to learn it. */
  readonly knowsNumber: boolean
}

/** A station, or a port of a box, on a network of BACnet/SC. */
export interface ScSeat extends SeatPlan {
  readonly kind: 'sc'
  readonly vmac: string
  /** Whether it knows the failover hub, where its network has one. */
  readonly knowsFailover: boolean
  /** Accepts direct connections. */
  readonly listens: boolean
  /** Makes direct connections. */
  readonly initiates: boolean
}

/** What a port is to its B/IP or B/IPv6 network. */
export type SeatRole = 'ordinary' | 'bbmd' | 'foreign'

/** One on a network of BACnet/IP; `bind` is its address. */
export interface IpSeat extends SeatPlan {
  readonly kind: 'ip'
  readonly bind: string
  readonly role: SeatRole
  /** Whether it is bound to all addresses of its host, and stays bound when that moves. */
  readonly isWildcard: boolean
  /** The NAT that it is behind. */
  readonly nat: string | undefined
}

/** One on a network of BACnet/IPv6. */
export interface Ip6Seat extends SeatPlan {
  readonly kind: 'ip6'
  readonly bind: string
  /** Its VMAC; without one it draws a VMAC by chance, another one after each start. */
  readonly deviceInstance: number | undefined
  readonly role: SeatRole
  /** Whether it is bound to all addresses of its host, and stays bound when that moves. */
  readonly isWildcard: boolean
}

/** Where a host sits on a network. */
export type Seat = ScSeat | IpSeat | Ip6Seat

/** A network of BACnet/SC. */
export interface ScNetworkPlan {
  readonly kind: 'sc'
  readonly number: number
  /** The primary hub, and the failover hub where there is one; a host of its own, or that of a seat here. */
  readonly hubs: readonly string[]
  readonly seats: readonly ScSeat[]
}

/** A network of BACnet/IP or BACnet/IPv6; broadcasts go on from BBMD to BBMD. */
export interface IpNetworkPlan<Kind extends 'ip' | 'ip6', One extends Seat> {
  readonly kind: Kind
  readonly number: number
  /** Addresses of the BBMDs, in the order of the subnets; none where there is one subnet only. */
  readonly bdt: readonly string[]
  readonly seats: readonly One[]
}

/** A network, with who is on it. */
export type NetworkPlan = ScNetworkPlan | IpNetworkPlan<'ip', IpSeat> | IpNetworkPlan<'ip6', Ip6Seat>

/** A box: a router, which is a station of the first of its networks. */
export interface BoxPlan {
  readonly host: string
  readonly seats: readonly [home: Seat, away: Seat]
}

/** A NAT that foreign devices are behind. */
export interface NatPlan {
  readonly name: string
  /** An address of the subnet behind it. */
  readonly inside: string
  readonly outside: string
}

/** The waits of all nodes and foreign devices. */
export interface PlannedTimings {
  readonly minReconnect: Duration
  readonly maxReconnect: Duration
  readonly connectWait: Duration
  readonly heartbeat: Duration
  /** Silence after which who was connected to takes the other for dead: a hub a node, or a node one that came to it directly. */
  readonly idleLimit: Duration
  /** Time to live of registrations, in seconds. */
  readonly ttl: number
}

/** A host says much in one turn. */
export interface Burst {
  readonly at: Duration
  readonly by: string
  readonly addressing: Addressing
  /** For whom each is, where they are for one; for all of which network, where they are for those. */
  readonly whom: string
  readonly network: number
  readonly count: number
}

/** A run. */
export interface Plan {
  readonly seed: number
  readonly networks: readonly NetworkPlan[]
  readonly boxes: readonly BoxPlan[]
  readonly nats: readonly NatPlan[]
  readonly timings: PlannedTimings
  /** How long everything is on its way. */
  readonly latency: Duration
  /** The mean time between two NPDUs of one station. */
  readonly interval: Duration
  /** The part of them that are broadcasts. */
  readonly broadcasts: number
  readonly script: readonly ScriptedFault[]
  /** What is said besides, while things go wrong. */
  readonly bursts: readonly Burst[]
  /** How long things go wrong. All faults have ended then. */
  readonly stormy: Duration
  /** How long everything then has to recover. */
  readonly recovery: Duration
  /** How long it is watched after that, when nothing at all may go wrong. */
  readonly calm: Duration
}

/** What is asked of a plan, besides its seed. */
export interface PlanOptions {
  /** Stations in all, boxes not counted. Default: drawn; mostly few, at times up to 1000. */
  readonly nodes?: number | undefined
  /** How long things go wrong, in hours of simulated time. Default: drawn, an hour or so. */
  readonly hours?: number | undefined
  /** Only the shapes and faults that were drawn first, so that seeds which were noted then are as they were. */
  readonly isPlain?: boolean | undefined
}
