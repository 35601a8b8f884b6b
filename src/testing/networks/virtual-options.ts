import type { SchedulerLike } from 'rxjs'
import type { Diagnose } from '../../sc/connection/diagnostic.js'
import type { DirectLimits } from '../../sc/node/direct-limits.js'
import type { HubLimits } from '../../sc/hub/hub-limits.js'
import type { ConnectionTimings, ReconnectTimings } from '../../sc/connection/timings.js'
import type { Duration } from '../../values/duration.js'
import type { Random } from '../../values/random.js'
import type { ScUri } from '../../values/sc-uri.js'
import type { Vmac } from '../../values/vmac.js'
import type { Paths } from '../paths/paths.js'
import type { Hello } from '../../wire/hello.js'

/** Options of `virtualNetwork`. */
export interface VirtualNetworkOptions {
  /** How long everything is on its way. Default 0 ms. Not for `paths` that are given. */
  readonly latency?: Duration
  /** What is between the hosts; several networks can stand on the same. Default `virtualPaths({ latency })`. */
  readonly paths?: Paths
  /** Chance. Default `fixedRandom(1)`. */
  readonly random?: Random
  /** Takes the diagnostics of all devices. Default: nobody. */
  readonly diagnose?: Diagnose
}

/** Who a virtual device is. */
export interface VirtualDeviceOptions {
  /** The VMAC, as text: `02:00:00:00:00:07`. Default: a random one. */
  readonly vmac?: string
  /** The Device UUID, as text. Default: a random one. */
  readonly uuid?: string
  /** Max-BVLC-Length, in octets. Default: node 1600, hub 5705. */
  readonly maxBvlcLength?: number
  /** Max-NPDU-Length, in octets. Default 1497. */
  readonly maxNpduLength?: number
  /** Its own clock. Default: that of the network, which its sockets have in any case. */
  readonly scheduler?: SchedulerLike
}

/** A hub function of a virtual device. */
export interface VirtualHubFunction {
  /** Its address on the virtual network. Default `hub-a`. */
  readonly name?: string
  /** What it bounds. Default: as `scHub`. */
  readonly limits?: Partial<HubLimits>
  /** Waits of its connections. Default: as `scHub`. */
  readonly timings?: Partial<ConnectionTimings>
  /** Takes the Hellos of nodes. Default false. */
  readonly hello?: boolean
}

/** Options of a hub on a virtual network. */
export interface VirtualHubOptions extends VirtualDeviceOptions, VirtualHubFunction {}

/** Direct connections of a virtual node. */
export interface VirtualDirectConnections {
  /** Its address for direct peers on the virtual network, on the host of the node; it accepts none when left out. */
  readonly listen?: string | undefined
  /** What it tells peers who ask. Default: `wss://` and that address. */
  readonly uris?: readonly string[]
  /** Connects directly to peers that unicasts go to. Default false. */
  readonly initiate?: boolean
  /** How long a connection it initiated is kept without traffic. Default 300 s. */
  readonly idle?: Duration
  /** How long the URIs a peer told are believed. Default 300 s. */
  readonly freshness?: Duration
  /** What it bounds. Default: as `scNode`. */
  readonly limits?: Partial<DirectLimits>
  /** Which URIs may be dialled. Default: all. */
  readonly mayDial?: (uri: ScUri, vmac: Vmac) => boolean
}

/** Options of a node on a virtual network. */
export interface VirtualNodeOptions extends VirtualDeviceOptions {
  /** Its address on the virtual network. Default `node-1`, `node-2` and so on. */
  readonly name?: string
  /** The name of its primary hub. Default `hub-a`. */
  readonly primary?: string
  /** The name of its failover hub. Default: none. */
  readonly failover?: string
  /** Waits of the hub connection and between attempts. Default: as `scNode`. */
  readonly timings?: Partial<ConnectionTimings & ReconnectTimings>
  /** Direct connections beside the hub connection. Default: none. */
  readonly directConnections?: VirtualDirectConnections
  /** What it says in its Connect-Requests. Default: nothing. */
  readonly hello?: Hello
  /** Makes the device host a hub function as well; `primary` may be its name. Default: none. */
  readonly hubFunction?: VirtualHubFunction
}
