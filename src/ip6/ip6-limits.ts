import { portLimits, type PortLimits } from '../bvll/port-limits.js'
import type { Duration } from '../values/duration.js'
import { MAX_PER_VMAC, MAX_RESOLUTIONS, resolutionTimings, type ResolutionTimings } from './address-resolution.js'
import { MAX_VMACS, VMAC_TTL } from './vmac-cache.js'

/** What every B/IPv6 port bounds, whatever its role. */
export interface Ip6Limits extends PortLimits {
  /** How long a VMAC is known that is not seen again. Default 300 s. */
  readonly vmacTtl: Duration
  /** The most VMACs that are known. Default 4096. */
  readonly maxVmacs: number
  /** The most NPDUs that wait for the address of one VMAC. Default 16. */
  readonly maxPerVmac: number
  /** The most VMACs that are asked for at once. Default 1024. */
  readonly maxResolutions: number
  readonly resolution: ResolutionTimings
}

/** Limits as they are given: what is left out has its default. */
export interface Ip6LimitOptions extends Partial<Omit<Ip6Limits, 'resolution'>> {
  readonly resolution?: Partial<ResolutionTimings>
}

/** Fills in the defaults. */
export const ip6Limits = ({ resolution, ...given }: Ip6LimitOptions = {}): Ip6Limits => ({
  ...portLimits(),
  vmacTtl: VMAC_TTL,
  maxVmacs: MAX_VMACS,
  maxPerVmac: MAX_PER_VMAC,
  maxResolutions: MAX_RESOLUTIONS,
  ...given,
  resolution: resolutionTimings(resolution),
})
