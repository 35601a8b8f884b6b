import type { RegistrarPolicy } from '../bvll/registrar.js'
import type { Pace } from '../limits/pace.js'
import type { BipAddress } from '../values/bip-address.js'

/**
 * What a BBMD does for whom. BACnet/IP has no authentication: whoever can reach the UDP port can ask for all of it, so
 * that each thing is allowed or bounded by itself. Behind each default stands what a network of that size needs.
 */
export interface BbmdPolicy extends RegistrarPolicy<BipAddress> {
  /** Who may read the tables. Default: everybody, as far as the budget for answers goes. */
  readonly mayRead: (address: BipAddress) => boolean
  /** Who may write the broadcast distribution table. Default: nobody (clause J.4.4.2). */
  readonly mayWriteBdt: (source: BipAddress) => boolean
  /** Whether a Forwarded-NPDU of a station that is not in the BDT is taken. Default: no. */
  readonly forwardsOfStrangers: boolean
  /** Copies of broadcasts of one IP address, whatever ports it uses. Default 10000 at once, then 5000 a second. */
  readonly copiesPerAddress: Pace
  /** Copies of broadcasts in total. Default 40000 at once, then 20000 a second: an eighth of a processor. */
  readonly copiesInTotal: Pace
}

const everybody = (): boolean => true
const nobody = (): boolean => false

/** The most entries that may be given for a broadcast distribution table; an own one comes on top where it is not among them. */
export const MAX_BDT_ENTRIES = 128

/** Fills in the defaults. */
export const bbmdPolicy = (given: Partial<BbmdPolicy> = {}): BbmdPolicy => ({
  maxForeignDevices: 128,
  maxPerAddress: 32,
  maxTtl: 0xffff,
  mayRegister: everybody,
  mayRead: everybody,
  mayDelete: everybody,
  mayWriteBdt: nobody,
  forwardsOfStrangers: false,
  copiesPerAddress: { burst: 10_000, perSecond: 5_000 },
  copiesInTotal: { burst: 40_000, perSecond: 20_000 },
  ...given,
})
