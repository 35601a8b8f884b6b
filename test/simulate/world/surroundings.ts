import type { SchedulerLike } from 'rxjs'
import type { VirtualInternetwork } from '../../../src/testing/index.js'
import type { BipAddress } from '../../../src/values/bip-address.js'
import type { Plan } from '../plan/plan.js'
import type { Bounds } from './bounds.js'
import type { Census } from './census.js'
import type { Happening } from './fact.js'
import type { Identities } from './identities.js'
import type { Spoil } from './spoil.js'

/** Of all subnets of BACnet/IP. */
export const MASK = '255.255.252.0'

/** What everything that runs in a world is made with. */
export interface Surroundings {
  readonly network: VirtualInternetwork
  readonly plan: Plan
  readonly clock: SchedulerLike
  readonly clockOf: (host: string) => SchedulerLike
  /** What the tables have as their bounds. */
  readonly bounds: Bounds
  /** What they are to have. */
  readonly stated: Bounds
  readonly spoil: Spoil
  readonly counted: Census['counted']
  /** What an address behind a NAT looks like to others. */
  readonly outside: (nat: string, address: BipAddress) => BipAddress | undefined
  readonly identities: Identities
  readonly tell: (happening: Happening) => void
}
