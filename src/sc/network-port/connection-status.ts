import type { DeviceUuid } from '../../values/device-uuid.js'
import type { Vmac } from '../../values/vmac.js'
import { isOrderly, type Cause } from '../connection/cause.js'
import type { ConnectionState } from './network-port-property.js'

/** BACnetSCHubConnection: how a connection stands. Times are on the clock of the scheduler, `undefined` for never. */
export interface ConnectionStatus {
  readonly connectionState: ConnectionState
  /** The last successful connect, or the last failed attempt. */
  readonly connectTimestamp: number | undefined
  /** The last end of the connection; `undefined` again once it is connected anew. */
  readonly disconnectTimestamp: number | undefined
  /** Class COMMUNICATION; absent when not connected in good order, and while connected. */
  readonly error: number | undefined
  readonly errorDetails: string | undefined
}

/** The peer of a connection, as far as it is known. */
export interface StatusPeer {
  /** `HOST:PORT`. */
  readonly peerAddress: string | undefined
  readonly peerVmac: Vmac | undefined
  readonly peerUuid: DeviceUuid | undefined
}

/** BACnetSCHubFunctionConnection. */
export interface HubFunctionConnectionStatus extends ConnectionStatus, StatusPeer {}

/** BACnetSCDirectConnection. */
export interface DirectConnectionStatus extends ConnectionStatus, StatusPeer {
  /** What was dialled; empty for an accepted connection. */
  readonly uri: string
}

/** BACnetSCFailedConnectionRequest: a Connect-Request that was refused, malformed or out of resources. */
export interface FailedConnectionRequest extends StatusPeer {
  readonly timestamp: number
  readonly error: number
  readonly errorDetails: string | undefined
}

/** Never connected. */
export const NEVER_CONNECTED: ConnectionStatus = {
  connectionState: 'NOT_CONNECTED',
  connectTimestamp: undefined,
  disconnectTimestamp: undefined,
  error: undefined,
  errorDetails: undefined,
}

/** Connected since `now`. */
export const connectedSince = (now: number): ConnectionStatus => ({
  ...NEVER_CONNECTED,
  connectionState: 'CONNECTED',
  connectTimestamp: now,
})

/** An attempt that failed. */
export const failedToConnect = (
  before: ConnectionStatus,
  { errorCode, detail }: Cause,
  now: number,
): ConnectionStatus => ({
  ...before,
  connectionState: 'FAILED_TO_CONNECT',
  connectTimestamp: now,
  error: errorCode,
  errorDetails: detail,
})

/** The end of a connection. */
export const ended = (before: ConnectionStatus, cause: Cause, now: number): ConnectionStatus => {
  const orderly = isOrderly(cause)
  return {
    connectionState: orderly ? 'NOT_CONNECTED' : 'DISCONNECTED_WITH_ERRORS',
    connectTimestamp: before.connectTimestamp,
    disconnectTimestamp: now,
    error: orderly ? undefined : cause.errorCode,
    errorDetails: orderly ? undefined : cause.detail,
  }
}
