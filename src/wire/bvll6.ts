import type { Bip6Address } from '../values/bip6-address.js'
import type { Bip6Vmac } from '../values/bip6-vmac.js'
import type { SecureBvll } from './bvll.js'
import type { CarriedNpdu } from './headroom.js'

/** The first octet of every BVLL message of BACnet/IPv6. */
export const BVLL6_TYPE = 0x82

/** Whose message it is: of one that was forwarded, the node that said it first, and never a BBMD. */
interface Sourced {
  readonly source: Bip6Vmac
}

/** The answer to a request that has no other, and every refusal. */
export interface Bvll6Result extends Sourced {
  readonly _tag: 'BVLC-Result'
  readonly code: number
}

/** An NPDU for one station. */
export interface OriginalUnicast6 extends Sourced, CarriedNpdu {
  readonly _tag: 'Original-Unicast-NPDU'
  readonly destination: Bip6Vmac
}

/** An NPDU for all of the multicast domain. */
export interface OriginalBroadcast6 extends Sourced, CarriedNpdu {
  readonly _tag: 'Original-Broadcast-NPDU'
}

/** Asks who has the VMAC `target`, and at which B/IPv6 address. */
export interface AddressResolution6 extends Sourced {
  readonly _tag: 'Address-Resolution'
  readonly target: Bip6Vmac
}

/** An Address-Resolution on its further way; the answer goes to `originating`. */
export interface ForwardedAddressResolution6 extends Sourced {
  readonly _tag: 'Forwarded-Address-Resolution'
  readonly target: Bip6Vmac
  readonly originating: Bip6Address
}

/** Says that the VMAC that was asked for is `source`, at the address where this comes from. */
export interface AddressResolutionAck6 extends Sourced {
  readonly _tag: 'Address-Resolution-ACK'
  readonly destination: Bip6Vmac
}

/** Asks a station whose address is known for its VMAC. */
export interface VirtualAddressResolution6 extends Sourced {
  readonly _tag: 'Virtual-Address-Resolution'
}

/** Says that it is `source`. */
export interface VirtualAddressResolutionAck6 extends Sourced {
  readonly _tag: 'Virtual-Address-Resolution-ACK'
  readonly destination: Bip6Vmac
}

/** A broadcast on its further way; `source` at `originating` is whose it is. */
export interface ForwardedNpdu6 extends Sourced, CarriedNpdu {
  readonly _tag: 'Forwarded-NPDU'
  readonly originating: Bip6Address
}

/** Asks a BBMD for its broadcasts, for `ttl` seconds. */
export interface RegisterForeignDevice6 extends Sourced {
  readonly _tag: 'Register-Foreign-Device'
  readonly ttl: number
}

/** Asks a BBMD to forget a foreign device. */
export interface DeleteFdtEntry6 extends Sourced {
  readonly _tag: 'Delete-Foreign-Device-Table-Entry'
  readonly address: Bip6Address
}

/** A foreign device's broadcast on its way to the BBMD. */
export interface DistributeBroadcast6 extends Sourced, CarriedNpdu {
  readonly _tag: 'Distribute-Broadcast-To-Network'
}

/** Any BVLL message of BACnet/IPv6. There is none that reads or writes a table of a BBMD. */
export type Bvll6Message =
  | Bvll6Result
  | OriginalUnicast6
  | OriginalBroadcast6
  | AddressResolution6
  | ForwardedAddressResolution6
  | AddressResolutionAck6
  | VirtualAddressResolution6
  | VirtualAddressResolutionAck6
  | ForwardedNpdu6
  | RegisterForeignDevice6
  | DeleteFdtEntry6
  | SecureBvll
  | DistributeBroadcast6
