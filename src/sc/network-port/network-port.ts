import type { HubConnectionStatus } from '../../wire/bvlc-sc.js'
import { ENDED_LOCALLY } from '../connection/cause.js'
import type { FailedRequest } from '../connection/failed-request.js'
import type { HubRole } from '../connection/hub-role.js'
import type { HubEvent } from '../hub/hub-event.js'
import type { ScLinkEvent } from '../node/sc-link.js'
import {
  connectedSince,
  ended,
  failedToConnect,
  NEVER_CONNECTED,
  type ConnectionStatus,
  type DirectConnectionStatus,
  type FailedConnectionRequest,
  type HubFunctionConnectionStatus,
} from './connection-status.js'
import type { HubConnectorState } from './network-port-property.js'
import { withStatus, type StatusList } from './status-list.js'

/** What the Network Port object of a BACnet/SC device says about how things stand (clause 12.56; section 9). */
export interface NetworkPortStatus {
  readonly SC_Hub_Connector_State: HubConnectorState
  readonly SC_Primary_Hub_Connection_Status: ConnectionStatus
  readonly SC_Failover_Hub_Connection_Status: ConnectionStatus
  readonly SC_Hub_Function_Connection_Status: StatusList<HubFunctionConnectionStatus>
  readonly SC_Direct_Connect_Connection_Status: StatusList<DirectConnectionStatus>
  /** The newest ones, the oldest first. */
  readonly SC_Failed_Connection_Requests: readonly FailedConnectionRequest[]
}

/** Before anything happened. */
export const INITIAL_NETWORK_PORT: NetworkPortStatus = {
  SC_Hub_Connector_State: 'NO_HUB_CONNECTION',
  SC_Primary_Hub_Connection_Status: NEVER_CONNECTED,
  SC_Failover_Hub_Connection_Status: NEVER_CONNECTED,
  SC_Hub_Function_Connection_Status: new Map(),
  SC_Direct_Connect_Connection_Status: new Map(),
  SC_Failed_Connection_Requests: [],
}

/** How many failed requests are remembered. */
const MAX_FAILED_REQUESTS = 32

/** The status after one more event of a node; the same object where nothing changed. */
export const afterNodeEvent = (port: NetworkPortStatus, event: ScLinkEvent, now: number): NetworkPortStatus => {
  switch (event._tag) {
    case 'Status':
      return afterHubConnection(port, event.status.hubConnection, now)
    case 'FailedConnection':
      return event.role === 'direct'
        ? withDirect(port, `${event.uri} ${event.vmac}`, before => ({
            ...failedToConnect(before, event.cause, now),
            uri: event.uri,
            peerAddress: undefined,
            peerVmac: event.vmac,
            peerUuid: undefined,
          }))
        : withHub(port, event.role, before => failedToConnect(before, event.cause, now))
    case 'LostConnection':
      if (event.hungUp === true) return port
      return withHub(port, event.role, before => ended(before, event.cause, now))
    case 'DirectConnected': {
      const { peer, uri = '', address } = event
      const about = { uri, peerAddress: address, peerVmac: peer.vmac, peerUuid: peer.uuid }
      return withDirect(port, `${uri} ${peer.vmac}`, () => ({ ...connectedSince(now), ...about }))
    }
    case 'DirectDisconnected': {
      const { peer, uri = '', address } = event
      const about = { uri, peerAddress: address, peerVmac: peer.vmac, peerUuid: peer.uuid }
      return withDirect(port, `${uri} ${peer.vmac}`, before =>
        isReplaced(before, address) ? before : { ...ended(before, event.cause, now), ...about },
      )
    }
    case 'FailedRequest':
      return withFailedRequest(port, event, now)
    case 'Hub':
      return afterHubEvent(port, event.event, now)
    default:
      return port
  }
}

/** The status after one more event of a hub function; the same object where nothing changed. */
export const afterHubEvent = (port: NetworkPortStatus, event: HubEvent, now: number): NetworkPortStatus => {
  switch (event._tag) {
    case 'NodeConnected':
      return withNode(port, event.uuid, () => ({
        ...connectedSince(now),
        peerAddress: event.address,
        peerVmac: event.vmac,
        peerUuid: event.uuid,
      }))
    case 'NodeDisconnected':
      return withNode(port, event.uuid, before =>
        isReplaced(before, event.address) ? before : { ...before, ...ended(before, event.cause, now) },
      )
    case 'FailedRequest':
      return withFailedRequest(port, event, now)
    default:
      return port
  }
}

/** Whether another connection has the place of the one from that address already. */
const isReplaced = (
  { connectionState, peerAddress }: HubFunctionConnectionStatus,
  address: string | undefined,
): boolean => connectionState === 'CONNECTED' && peerAddress !== address

const HUB_STATE = {
  none: 'NO_HUB_CONNECTION',
  primary: 'CONNECTED_TO_PRIMARY',
  failover: 'CONNECTED_TO_FAILOVER',
} as const satisfies Record<HubConnectionStatus, HubConnectorState>

const HUB_STATUS = {
  primary: 'SC_Primary_Hub_Connection_Status',
  failover: 'SC_Failover_Hub_Connection_Status',
} as const

const withHub = (
  port: NetworkPortStatus,
  role: HubRole,
  change: (before: ConnectionStatus) => ConnectionStatus,
): NetworkPortStatus => ({ ...port, [HUB_STATUS[role]]: change(port[HUB_STATUS[role]]) })

/** The hub connection in use is another; one that was in use, and of whose end nothing was told, we ended ourselves. */
const afterHubConnection = (port: NetworkPortStatus, inUse: HubConnectionStatus, now: number): NetworkPortStatus => {
  const settle = (before: NetworkPortStatus, role: HubRole): NetworkPortStatus => {
    const connected = before[HUB_STATUS[role]].connectionState === 'CONNECTED'
    if (role === inUse) return connected ? before : withHub(before, role, () => connectedSince(now))
    return connected ? withHub(before, role, status => ended(status, ENDED_LOCALLY, now)) : before
  }
  const settled = settle(settle(port, 'primary'), 'failover')
  const state = HUB_STATE[inUse]
  return settled.SC_Hub_Connector_State === state ? settled : { ...settled, SC_Hub_Connector_State: state }
}

const NOBODY: HubFunctionConnectionStatus = {
  ...NEVER_CONNECTED,
  peerAddress: undefined,
  peerVmac: undefined,
  peerUuid: undefined,
}

const withNode = (
  port: NetworkPortStatus,
  key: string,
  change: (before: HubFunctionConnectionStatus) => HubFunctionConnectionStatus,
): NetworkPortStatus => {
  const list = port.SC_Hub_Function_Connection_Status
  return { ...port, SC_Hub_Function_Connection_Status: withStatus(list, key, change(list.get(key) ?? NOBODY)) }
}

const withDirect = (
  port: NetworkPortStatus,
  key: string,
  change: (before: DirectConnectionStatus) => DirectConnectionStatus,
): NetworkPortStatus => {
  const list = port.SC_Direct_Connect_Connection_Status
  const before = list.get(key) ?? { ...NOBODY, uri: '' }
  return { ...port, SC_Direct_Connect_Connection_Status: withStatus(list, key, change(before)) }
}

const withFailedRequest = (
  port: NetworkPortStatus,
  { address, vmac, uuid, cause }: FailedRequest,
  now: number,
): NetworkPortStatus => {
  const request: FailedConnectionRequest = {
    timestamp: now,
    peerAddress: address,
    peerVmac: vmac,
    peerUuid: uuid,
    error: cause.errorCode,
    errorDetails: cause.detail,
  }
  const requests = [...port.SC_Failed_Connection_Requests, request].slice(-MAX_FAILED_REQUESTS)
  return { ...port, SC_Failed_Connection_Requests: requests }
}
