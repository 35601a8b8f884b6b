/**
 * BACnet/IPv6: a port that is an ordinary node, a foreign device or a BBMD.
 *
 * @module rx-bacnet/ip6
 */
export type { BbmdRegistration, Noted } from '../bvll/annex.js'
export type { PortCounts as Ip6Counters } from '../bvll/port-counts.js'
export type { RegistrationState } from '../bvll/registration-state.js'
export type { RegistrationTimings } from '../bvll/registration-timings.js'
export type { ResolutionTimings } from '../ip6/address-resolution.js'
export type { Bbmd6Policy } from '../ip6/bbmd6-policy.js'
export type { Ip6LimitOptions, Ip6Limits } from '../ip6/ip6-limits.js'
export type {
  Fdt6Entry,
  Ip6Event,
  Ip6Link,
  Ip6LinkEvent,
  Ip6Outbound,
  Ip6Request,
  Ip6Status,
  Resolve6,
} from '../ip6/ip6-link.js'
export type { Bbmd6, ForeignDevice6, Ip6Role, OrdinaryNode6 } from '../ip6/ip6-role.js'
export type { VmacCacheChange, VmacCacheEntry, VmacPair } from '../ip6/vmac-cache.js'
export type { Pace } from '../limits/pace.js'
export { parseBip6Address, printBip6Address, type Bip6Address } from '../values/bip6-address.js'
export { instanceBip6Vmac, parseBip6Vmac, printBip6Vmac, type Bip6Vmac } from '../values/bip6-vmac.js'
export { ConfigurationError } from './configuration-error.js'
export { ordinaryNode } from './ip-roles.js'
export { ip6Port, type Ip6PortOptions } from './ip6-port.js'
export {
  among6,
  bbmd6,
  foreignDevice6,
  station6,
  vmac6,
  type Bbmd6Options,
  type ForeignDevice6Options,
} from './ip6-roles.js'
