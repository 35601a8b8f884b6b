/**
 * BACnet/IP: a port that is an ordinary node, a foreign device or a BBMD.
 *
 * @module rx-bacnet/ip
 */
export type { RegistrationState } from '../bvll/registration-state.js'
export type { RegistrationTimings } from '../bvll/registration-timings.js'
export type { BbmdPolicy } from '../ip/bbmd-policy.js'
export { parseBdtEntry, printBdtEntry } from '../ip/bdt-text.js'
export type { BbmdRegistration, Noted } from '../bvll/annex.js'
export type { PortCounts as IpCounters } from '../bvll/port-counts.js'
export type { IpLimits } from '../ip/ip-limits.js'
export type { BbmdRequest, IpEvent, IpLink, IpLinkEvent, IpOutbound, IpRequest, IpStatus } from '../ip/ip-link.js'
export type { Bbmd, ForeignDevice, IpRole, OrdinaryNode } from '../ip/ip-role.js'
export type { Pace } from '../limits/pace.js'
export { parseBipAddress, printBipAddress, type BipAddress } from '../values/bip-address.js'
export type { BroadcastMask } from '../values/broadcast-mask.js'
export type { BdtEntry, FdtEntry } from '../wire/bvll.js'
export { BvllResultCode } from '../wire/bvll-function.js'
export { ConfigurationError } from './configuration-error.js'
export { ipPort, type IpPortOptions } from './ip-port.js'
export {
  among,
  bbmd,
  bdtEntries,
  foreignDevice,
  ordinaryNode,
  type BbmdOptions,
  type ForeignDeviceOptions,
} from './ip-roles.js'
export { station } from './station.js'
