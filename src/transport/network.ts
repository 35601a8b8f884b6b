/**
 * The network layer: routers and nodes over links of any kind, and operators for applications.
 *
 * @module rx-bacnet/network
 */
export { destinationOf, sourceOf } from '../network/application/addressing.js'
export {
  answer,
  globalBroadcast,
  localBroadcast,
  remoteBroadcast,
  type AnswerOptions,
  type BroadcastOptions,
  type RemoteBroadcastOptions,
} from '../network/application/answer.js'
export { decodeNpdus, type DecodedNpdu, type OnFault } from '../network/application/decode-npdus.js'
export {
  TO_ALL,
  toLocalNetwork,
  toNetwork,
  toStation,
  type NetworkDestination,
  type ReceivedDestination,
} from '../network/event/destination.js'
export { faultCounter, type FaultCounter } from '../network/application/fault-counter.js'
export { forUs, type NotForUs, type Ourselves } from '../network/application/for-us.js'
export type { NetworkCounters, NetworkPortCounters } from '../network/port/network-counters.js'
export { apduTo, toSource } from '../network/event/network-event.js'
export type {
  Conflict,
  NetworkEvent,
  NetworkOutbound,
  NetworkRequest,
  OutboundApdu,
  ReceivedApdu,
  RouteNews,
  StationAddress,
} from '../network/event/network-event.js'
export {
  networkLink,
  type LinkKind,
  type LinkStanding,
  type NetworkLink,
  type NetworkLinkEvent,
} from '../network/link/network-link.js'
export { overIp } from '../network/link/over-ip.js'
export { overIp6 } from '../network/link/over-ip6.js'
export { overSc } from '../network/link/over-sc.js'
export type { NetworkPortOptions } from '../network/port/port.js'
export type { ConfiguredRoute, RouteOrigin, RouteState } from '../network/route/route.js'
export {
  apdus,
  apdusOf,
  iAms,
  whoIses,
  type ApduCarrier,
  type WithIAm,
  type WithPdu,
  type WithWhoIs,
} from '../network/application/select-apdus.js'
export { macOf, parseMac, type Mac } from '../values/mac.js'
export type { ApduTypeName, ApplicationPdu, PduOf } from '../wire/apdu.js'
export { decodeApdu, type ApduError, type ApduErrorCode } from '../wire/apdu-decode.js'
export { encodeApdu } from '../wire/apdu-encode.js'
export { encodeIAm, type IAm, type Segmentation } from '../wire/i-am.js'
export type { NetworkMessage } from '../wire/network-message.js'
export { RejectReason } from '../wire/network-message.js'
export type { NetworkAddress, Priority } from '../wire/npci.js'
export type { Npdu } from '../wire/npdu.js'
export type { NpduError, NpduErrorCode } from '../wire/npdu-error.js'
export { asksFor, encodeWhoIs, type InstanceRange, type WhoIs } from '../wire/who-is.js'
export { networkEntity, router, type NetworkOptions, type RouterOptions } from './router.js'
export type { NetworkLimitOptions, NetworkLimits } from '../network/event/network-limits.js'
export type { RouterPolicy, Speaker } from '../network/event/router-policy.js'
export type { DiscoveryLimits } from '../network/route/discovery-limits.js'
export type { FlappingLimits, RoutingLimitOptions, RoutingLimits } from '../network/route/routing-limits.js'
export type { Pace } from '../limits/pace.js'
