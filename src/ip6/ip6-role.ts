import type { ForeignDeviceSettings } from '../bvll/foreign-device.js'
import type { Bip6Address } from '../values/bip6-address.js'
import type { Bbmd6Policy } from './bbmd6-policy.js'

/** A node that takes part in the broadcasts of its multicast domain, and no more. */
export interface OrdinaryNode6 {
  readonly _tag: 'OrdinaryNode'
}

/** A node that has its broadcasts from a BBMD elsewhere, and none of its own multicast domain. */
export interface ForeignDevice6 extends ForeignDeviceSettings<Bip6Address> {
  readonly _tag: 'ForeignDevice'
}

/** A node that passes the broadcasts of its multicast domain on to other BBMDs and to foreign devices, and theirs to it. */
export interface Bbmd6 {
  readonly _tag: 'Bbmd'
  /** The other BBMDs of this B/IPv6 network. Its own address does not belong there, and means nothing. */
  readonly bdt: readonly Bip6Address[]
  readonly policy: Bbmd6Policy
}

/** What a B/IPv6 port is to its network. */
export type Ip6Role = OrdinaryNode6 | ForeignDevice6 | Bbmd6
