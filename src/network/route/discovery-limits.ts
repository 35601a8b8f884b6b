import type { Pace } from '../../limits/pace.js'
import { seconds, type Duration } from '../../values/duration.js'
import { withoutUndefined } from '../../values/without-undefined.js'

/**
 * What the search for routers bounds (section 4.6 of the protocol notes), for what came in through one port. All of it is a
 * local matter.
 */
export interface DiscoveryLimits {
  /** The most NPDUs that wait for one network. Default 16: what a client sends in a few seconds that gets no answer. */
  readonly perNetwork: number
  /** The most that wait in all. Default 256, which are 400 KiB where all are of the greatest length on BACnet/IP. */
  readonly inTotal: number
  /** How often it is asked who routes there. Default 3, which finds a router in spite of two lost datagrams. */
  readonly tries: number
  /** How long an answer to each is waited for. Default 2 s. */
  readonly wait: Duration
  /** How long it is remembered that nobody answered. Default 30 s: long enough to absorb repeats, short enough to notice repairs. */
  readonly memory: Duration
  /** The most networks of which that is remembered; of more, the one that has been for the longest time is forgotten. Default 1024. */
  readonly maxRemembered: number
  /**
   * How fast new networks may be asked for. Each is broadcast on all ports, and again by all routers beyond them, so that
   * whoever sends to networks that do not exist would have all of them shout. Default 64 at once, then 20 a second.
   */
  readonly pace: Pace
}

/** Fills in the defaults. */
export const discoveryLimits = (given: Partial<DiscoveryLimits> = {}): DiscoveryLimits => ({
  perNetwork: 16,
  inTotal: 256,
  tries: 3,
  wait: seconds(2),
  memory: seconds(30),
  maxRemembered: 1024,
  pace: { burst: 64, perSecond: 20 },
  ...withoutUndefined(given),
})
