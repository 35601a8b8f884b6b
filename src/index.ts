/**
 * BACnet transports on RxJS. Everything most programs need; the codec alone is at `rx-bacnet/wire`.
 *
 * @module rx-bacnet
 */
export type { Duplex } from './link/duplex.js'
export {
  broadcast,
  unicast,
  type AnyLink,
  type Destination,
  type Dropped,
  type Link,
  type LinkEvent,
  type OutboundNpdu,
  type ReceivedNpdu,
  type StatusChanged,
} from './link/link.js'
export { npdus } from './link/npdus.js'
export { open, type OpenLink } from './link/open.js'
export { trace, type Onlooker } from './link/trace.js'
export * from './transport/ip.js'
export * from './transport/ip6.js'
export * from './transport/network.js'
export * from './transport/sc.js'
export { parseDeviceUuid, printDeviceUuid, randomDeviceUuid, type DeviceUuid } from './values/device-uuid.js'
export { ms, parseSeconds, printDuration, seconds, type Duration } from './values/duration.js'
export { fromHex, toHex } from './values/hex.js'
export type { Random } from './values/random.js'
export {
  BROADCAST_VMAC,
  isReservedVmac,
  parseVmac,
  printVmac,
  randomVmac,
  UNKNOWN_VMAC,
  type Vmac,
} from './values/vmac.js'
