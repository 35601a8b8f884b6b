import type { Pace } from '../limits/pace.js'
import { seconds, type Duration } from '../values/duration.js'

/** What every B/IP port bounds, whatever its role. */
export interface IpLimits {
  /**
   * Octets of answers to requests of one IP address. A UDP source is easily forged, and a table is 300 times as long as the
   * request for it: this is what can be sent to somebody who never asked. Default 20000 at once, then 5000 a second.
   */
  readonly answersPerAddress: Pace
  /** Octets of answers in total. Default 500000 at once, then 200000 a second. */
  readonly answersInTotal: Pace
  /** How long a BBMD has to answer a request of ours. Default 3 s. */
  readonly requestWait: Duration
  /** Requests to BBMDs that may be outstanding at once. Default 64. */
  readonly maxRequests: number
  /** What may wait until the UDP port is bound. Default 256 NPDUs and requests. */
  readonly maxWaiting: number
}

/** Fills in the defaults. */
export const ipLimits = (given: Partial<IpLimits> = {}): IpLimits => ({
  answersPerAddress: { burst: 20_000, perSecond: 5_000 },
  answersInTotal: { burst: 500_000, perSecond: 200_000 },
  requestWait: seconds(3),
  maxRequests: 64,
  maxWaiting: 256,
  ...given,
})
