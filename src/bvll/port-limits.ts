import type { Pace } from '../limits/pace.js'

/** What every port bounds, whatever its role. */
export interface PortLimits {
  /**
   * Octets of answers to requests of one IP address. A UDP source is easily forged, and on BACnet/IP a table is 300 times as
   * long as the request for it: this is what can be sent to somebody who never asked. Default 20000 at once, then 5000 a second.
   */
  readonly answersPerAddress: Pace
  /** Octets of answers in total. Default 500000 at once, then 200000 a second. */
  readonly answersInTotal: Pace
  /** What may wait until the UDP port is bound; on BACnet/IPv6, as much again for an own VMAC. Default 256 NPDUs and requests. */
  readonly maxWaiting: number
}

/** Fills in the defaults. */
export const portLimits = (given: Partial<PortLimits> = {}): PortLimits => ({
  answersPerAddress: { burst: 20_000, perSecond: 5_000 },
  answersInTotal: { burst: 500_000, perSecond: 200_000 },
  maxWaiting: 256,
  ...given,
})
