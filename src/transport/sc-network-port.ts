import { distinctUntilChanged, map, pipe, scan, startWith, type OperatorFunction, type SchedulerLike } from 'rxjs'
import { steadyScheduler } from '../io/clock.js'
import type { HubEvent } from '../sc/hub/hub-event.js'
import {
  afterHubEvent,
  afterNodeEvent,
  INITIAL_NETWORK_PORT,
  type NetworkPortStatus,
} from '../sc/network-port/network-port.js'
import type { ScLinkEvent } from '../sc/node/sc-link.js'
import { connectionTimings, reconnectTimings } from '../sc/connection/timings.js'
import { COMMON_NPDU_LENGTH, HUB_BVLC_LENGTH, NODE_BVLC_LENGTH } from '../wire/bvlc-sc.js'
import { reachableAt, sharesHubPort } from './sc-direct.js'
import type { ScHubOptions } from './sc-hub.js'
import type { ScNodeOptions } from './sc-node.js'

/** The configuration of a Network Port object, under the names of the properties. Times are in seconds. */
export interface NetworkPortSettings {
  readonly Max_BVLC_Length_Accepted: number
  readonly Max_NPDU_Length_Accepted: number
  /** `own` for the device's own hub function; empty when there is none. So for the failover hub. */
  readonly SC_Primary_Hub_URI: string
  readonly SC_Failover_Hub_URI: string
  readonly SC_Minimum_Reconnect_Time: number
  readonly SC_Maximum_Reconnect_Time: number
  readonly SC_Connect_Wait_Timeout: number
  readonly SC_Disconnect_Wait_Timeout: number
  readonly SC_Heartbeat_Timeout: number
  readonly SC_Hub_Function_Enable: boolean
  /** Where nodes reach the hub function; none before it listens, and none when it listens at all addresses (`0.0.0.0`). */
  readonly SC_Hub_Function_Accept_URIs: readonly string[]
  /** The URI at which it listens, as it is configured. */
  readonly SC_Hub_Function_Binding: string
  readonly SC_Direct_Connect_Initiate_Enable: boolean
  readonly SC_Direct_Connect_Accept_Enable: boolean
  /** What is told to peers who ask where to connect; none before the node listens. */
  readonly SC_Direct_Connect_Accept_URIs: readonly string[]
  /** The URI at which the node listens for peers, as it is configured: that of the hub function where they share it. */
  readonly SC_Direct_Connect_Binding: string
}

/** The facts of a Network Port object of BACnet/SC (clause 12.56), under the standard's names. */
export interface NetworkPort extends NetworkPortSettings, NetworkPortStatus {}

/**
 * What the Network Port object of a node says, from what `scNode(options)` tells: `event$.pipe(networkPort(options))`.
 * Emits how things stand at once, and whenever something changed; completes and errors with its source.
 */
export const networkPort = (options: ScNodeOptions): OperatorFunction<ScLinkEvent, NetworkPort> =>
  observed(nodeSettings(options), options.scheduler, (port, event, now) => {
    const after = withStatus(port, afterNodeEvent(port, event, now))
    if (event._tag === 'DirectListening') {
      return { ...after, SC_Direct_Connect_Accept_URIs: options.directConnections?.uris ?? reachableAt(event.uri) }
    }
    return event._tag === 'Hub' ? withListening(after, event.event) : after
  })

/** What the Network Port object of a device that only hosts a hub function says, from what `scHub(options)` tells. */
export const hubNetworkPort = (options: ScHubOptions): OperatorFunction<HubEvent, NetworkPort> =>
  observed(hubSettings(options), options.scheduler, (port, event, now) =>
    withListening(withStatus(port, afterHubEvent(port, event, now)), event),
  )

/** One property: its value at once, and each other one it takes. */
export const networkPortProperty = <Name extends keyof NetworkPort>(
  name: Name,
): OperatorFunction<NetworkPort, NetworkPort[Name]> =>
  pipe(
    map(port => port[name]),
    distinctUntilChanged(),
  )

const observed = <Event>(
  settings: NetworkPortSettings,
  scheduler: SchedulerLike = steadyScheduler,
  after: (port: NetworkPort, event: Event, now: number) => NetworkPort,
): OperatorFunction<Event, NetworkPort> => {
  const initial: NetworkPort = { ...settings, ...INITIAL_NETWORK_PORT }
  return pipe(
    scan((port, event) => after(port, event, scheduler.now()), initial),
    startWith(initial),
    distinctUntilChanged(),
  )
}

const withStatus = (port: NetworkPort, after: NetworkPortStatus): NetworkPort =>
  after === port ? port : { ...port, ...after }

const withListening = (port: NetworkPort, event: HubEvent): NetworkPort =>
  event._tag === 'Listening' ? { ...port, SC_Hub_Function_Accept_URIs: reachableAt(event.uri) } : port

const nodeSettings = (options: ScNodeOptions): NetworkPortSettings => {
  const { primaryHub = '', failoverHub = '', timings = {}, hubFunction, directConnections } = options
  const { connectWait, disconnectWait, heartbeat } = connectionTimings(timings)
  const { minReconnect, maxReconnect } = reconnectTimings(timings)
  return {
    Max_BVLC_Length_Accepted: options.maxBvlcLength ?? (hubFunction === undefined ? NODE_BVLC_LENGTH : HUB_BVLC_LENGTH),
    Max_NPDU_Length_Accepted: options.maxNpduLength ?? COMMON_NPDU_LENGTH,
    SC_Primary_Hub_URI: primaryHub,
    SC_Failover_Hub_URI: failoverHub,
    SC_Minimum_Reconnect_Time: minReconnect / 1000,
    SC_Maximum_Reconnect_Time: maxReconnect / 1000,
    SC_Connect_Wait_Timeout: connectWait / 1000,
    SC_Disconnect_Wait_Timeout: disconnectWait / 1000,
    SC_Heartbeat_Timeout: heartbeat / 1000,
    SC_Hub_Function_Enable: hubFunction !== undefined,
    SC_Hub_Function_Accept_URIs: [],
    SC_Hub_Function_Binding: hubFunction?.listen ?? '',
    SC_Direct_Connect_Initiate_Enable: directConnections?.initiate ?? false,
    SC_Direct_Connect_Accept_Enable: directConnections?.listen !== undefined,
    SC_Direct_Connect_Accept_URIs: [],
    SC_Direct_Connect_Binding: (sharesHubPort(directConnections) ? hubFunction : directConnections)?.listen ?? '',
  }
}

const hubSettings = ({ maxBvlcLength, maxNpduLength, timings, listen }: ScHubOptions): NetworkPortSettings => ({
  ...nodeSettings({ ...(timings === undefined ? {} : { timings }), hubFunction: { listen } }),
  Max_BVLC_Length_Accepted: maxBvlcLength ?? HUB_BVLC_LENGTH,
  Max_NPDU_Length_Accepted: maxNpduLength ?? COMMON_NPDU_LENGTH,
})
