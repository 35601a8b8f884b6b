import { portLimits, type PortLimits } from '../bvll/port-limits.js'
import { seconds, type Duration } from '../values/duration.js'

/** What every B/IP port bounds, whatever its role. */
export interface IpLimits extends PortLimits {
  /** How long a BBMD has to answer a request of ours. Default 3 s. */
  readonly requestWait: Duration
  /** Requests to BBMDs that may be outstanding at once. Default 64. */
  readonly maxRequests: number
}

/** Fills in the defaults. */
export const ipLimits = (given: Partial<IpLimits> = {}): IpLimits => ({
  ...portLimits(),
  requestWait: seconds(3),
  maxRequests: 64,
  ...given,
})
