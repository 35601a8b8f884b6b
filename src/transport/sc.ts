/**
 * BACnet/SC: nodes and hubs on real sockets, and all that they say.
 *
 * @module rx-bacnet/sc
 */
export { diagnostics$, DIAGNOSTICS_CHANNEL, type DeviceDiagnostic } from '../io/diagnostics.js'
export type { TlsMaterial } from '../io/tls.js'
export type { Resolved } from '../sc/node/address-resolution.js'
export type { Cause } from '../sc/connection/cause.js'
export type {
  ConnectionStatus,
  DirectConnectionStatus,
  FailedConnectionRequest,
  HubFunctionConnectionStatus,
  StatusPeer,
} from '../sc/network-port/connection-status.js'
export type { ConnectionDiagnostic, ConnectionName, Diagnose, Diagnostic } from '../sc/connection/diagnostic.js'
export type { DirectEvent } from '../sc/node/direct-event.js'
export type { DirectLimits } from '../sc/node/direct-limits.js'
export type { CertificateEvent, CertificateFacts, CertificateState } from '../sc/certificate/certificate.js'
export type { HubCommand, HubCounters, HubDropReason, HubEvent, HubNode } from '../sc/hub/hub-event.js'
export type { KnownPeer } from '../sc/hub/identity-policy.js'
export type { HubLimits } from '../sc/hub/hub-limits.js'
export type { FailedRequest } from '../sc/connection/failed-request.js'
export type { NetworkPortStatus } from '../sc/network-port/network-port.js'
export {
  ConnectionState,
  HubConnectorState,
  NetworkPortProperty,
  SECURE_CONNECT,
  type NetworkPortPropertyName,
} from '../sc/network-port/network-port-property.js'
export type { Pace } from '../limits/pace.js'
export type { ScPeer } from '../sc/node/peer-table.js'
export type { StatusList } from '../sc/network-port/status-list.js'
export type { ScEvent, ScLink, ScLinkEvent, ScOutbound, ScRequest, ScStatus } from '../sc/node/sc-link.js'
export {
  CloseCode,
  Subprotocol,
  type CloseSocket,
  type Dial,
  type Socket,
  type SocketEvent,
  type SocketOutput,
} from '../sc/connection/socket.js'
export type { ConnectionTimings, ReconnectTimings } from '../sc/connection/timings.js'
export type { ListenUri, ScUri } from '../values/sc-uri.js'
export type { Advertisement, BvlcResult, HubConnectionStatus, Nak, PeerIdentity } from '../wire/bvlc-sc.js'
export {
  dataOption,
  hasSecurePath,
  OptionType,
  proprietaryOption,
  readProprietary,
  SECURE_PATH,
  type DataOption,
  type HeaderOption,
  type Proprietary,
} from '../wire/header-option.js'
export type { Hello } from '../wire/hello.js'
export { ConfigurationError, type DeviceOptions } from './configuration.js'
export {
  hubNetworkPort,
  networkPort,
  networkPortProperty,
  type NetworkPort,
  type NetworkPortSettings,
} from './sc-network-port.js'
export type { DirectConnectionSettings } from './sc-direct.js'
export type { IdentityOptions, KnownPeerOptions } from './identity.js'
export { scHub, type HubFunctionSettings, type ScHubOptions } from './sc-hub.js'
export { scNode, type ScNodeOptions } from './sc-node.js'
