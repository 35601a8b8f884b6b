import type { ConnectionStatus, FailedConnectionRequest, NetworkPort, StatusPeer } from '../../transport/sc.js'
import { printDeviceUuid } from '../../values/device-uuid.js'
import { printVmac } from '../../values/vmac.js'

type Json = Readonly<Record<string, unknown>>

/** A Network Port object for programs: the standard's names, times in ISO 8601, VMACs and UUIDs as people write them. */
export const networkPortJson = (port: NetworkPort): Json => ({
  ...port,
  SC_Primary_Hub_Connection_Status: statusJson(port.SC_Primary_Hub_Connection_Status),
  SC_Failover_Hub_Connection_Status: statusJson(port.SC_Failover_Hub_Connection_Status),
  SC_Hub_Function_Connection_Status: [...port.SC_Hub_Function_Connection_Status.values()].map(peerStatusJson),
  SC_Direct_Connect_Connection_Status: [...port.SC_Direct_Connect_Connection_Status.values()].map(peerStatusJson),
  SC_Failed_Connection_Requests: port.SC_Failed_Connection_Requests.map(requestJson),
})

const statusJson = (status: ConnectionStatus): Json => ({
  ...status,
  connectTimestamp: timeJson(status.connectTimestamp),
  disconnectTimestamp: timeJson(status.disconnectTimestamp),
})

const peerStatusJson = (status: ConnectionStatus & StatusPeer): Json => ({
  ...statusJson(status),
  ...peerJson(status),
})

const requestJson = (request: FailedConnectionRequest): Json => ({
  ...request,
  ...peerJson(request),
  timestamp: timeJson(request.timestamp),
})

const peerJson = ({ peerVmac, peerUuid }: StatusPeer): Json => ({
  peerVmac: peerVmac && printVmac(peerVmac),
  peerUuid: peerUuid && printDeviceUuid(peerUuid),
})

const timeJson = (time: number | undefined): string | undefined =>
  time === undefined ? undefined : new Date(time).toISOString()
