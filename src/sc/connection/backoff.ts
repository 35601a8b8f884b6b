import { setTimer, type SetTimer } from '../../machine/timers.js'
import { ms } from '../../values/duration.js'
import type { ReconnectTimings } from './timings.js'

/**
 * The wait after so many failures in a row, at least one (clause AB.6.1, 4.3 of the protocol notes): the minimum
 * reconnect time, doubled by each further failure up to the maximum, and moved by chance so that nodes which lost their
 * hub together do not come back together.
 */
export const backoff = <Timer extends string>(
  timer: Timer,
  failures: number,
  { minReconnect, maxReconnect, jitter }: ReconnectTimings,
): SetTimer<Timer> =>
  setTimer(timer, ms(Math.min(minReconnect * 2 ** Math.min(failures - 1, 32), maxReconnect)), {
    ratio: jitter,
    least: minReconnect,
    most: maxReconnect,
  })
