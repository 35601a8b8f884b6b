import type { ForeignDeviceSettings } from '../bvll/foreign-device.js'
import type { BipAddress } from '../values/bip-address.js'
import type { BbmdPolicy } from './bbmd-policy.js'
import type { BdtEntry } from '../wire/bvll.js'

/** A node that takes part in the broadcasts of its subnet, and no more. */
export interface OrdinaryNode {
  readonly _tag: 'OrdinaryNode'
}

/** A node that has its broadcasts from a BBMD elsewhere, and none of its own subnet. */
export interface ForeignDevice extends ForeignDeviceSettings<BipAddress> {
  readonly _tag: 'ForeignDevice'
}

/** A node that passes the broadcasts of its subnet on to other BBMDs and to foreign devices, and theirs to its subnet. */
export interface Bbmd {
  readonly _tag: 'Bbmd'
  /** The BBMDs of this B/IP network. An entry of its own, with a mask of all ones, is added where there is none. */
  readonly bdt: readonly BdtEntry[]
  /** Behind NAT: the address that the others reach it by (section 8). */
  readonly global: BipAddress | undefined
  readonly policy: BbmdPolicy
}

/** What a B/IP port is to its network. */
export type IpRole = OrdinaryNode | ForeignDevice | Bbmd
