import type { RegistrarPolicy } from '../bvll/registrar.js'
import type { Pace } from '../limits/pace.js'
import type { Bip6Address } from '../values/bip6-address.js'

/** What a BBMD of BACnet/IPv6 does for whom, as there is no authentication: see the policy of a BBMD of BACnet/IP. */
export interface Bbmd6Policy extends RegistrarPolicy<Bip6Address> {
  /** Copies of messages of one address. Default 10000 at once, then 5000 a second. */
  readonly copiesPerAddress: Pace
  /** Copies of messages in total. Default 40000 at once, then 20000 a second. */
  readonly copiesInTotal: Pace
}

const everybody = (): boolean => true

/** The most entries of a broadcast distribution table. */
export const MAX_BDT6_ENTRIES = 128

/** Fills in the defaults. */
export const bbmd6Policy = (given: Partial<Bbmd6Policy> = {}): Bbmd6Policy => ({
  maxForeignDevices: 128,
  maxPerAddress: 64,
  maxTtl: 0xffff,
  mayRegister: everybody,
  mayDelete: everybody,
  copiesPerAddress: { burst: 10_000, perSecond: 5_000 },
  copiesInTotal: { burst: 40_000, perSecond: 20_000 },
  ...given,
})
