import type { Duration } from '../values/duration.js'
import { ms } from '../values/duration.js'
import type { Random } from '../values/random.js'

/** Spreads a delay by chance: up to `ratio` of it either way, and never outside `least` and `most`. */
export interface Jitter {
  readonly ratio: number
  readonly least: Duration
  readonly most: Duration
}

/** Starts a named timer, or starts it again. It fires once. */
export interface SetTimer<Timer extends string> {
  readonly _tag: 'SetTimer'
  readonly timer: Timer
  readonly delay: Duration
  readonly jitter: Jitter | undefined
}

/** Stops a named timer; no harm when it does not run. */
export interface ClearTimer<Timer extends string> {
  readonly _tag: 'ClearTimer'
  readonly timer: Timer
}

/** What a machine says to the clock. */
export type TimerEffect<Timer extends string> = SetTimer<Timer> | ClearTimer<Timer>

/** Starts a named timer, or starts it again. */
export const setTimer = <Timer extends string>(timer: Timer, delay: Duration, jitter?: Jitter): SetTimer<Timer> => ({
  _tag: 'SetTimer',
  timer,
  delay,
  jitter,
})

/** Stops a named timer. */
export const clearTimer = <Timer extends string>(timer: Timer): ClearTimer<Timer> => ({ _tag: 'ClearTimer', timer })

/** The delay with its jitter drawn. */
export const drawDelay = ({ delay, jitter }: SetTimer<string>, random: Random): Duration => {
  if (jitter === undefined) return delay
  const spread = delay * (1 + jitter.ratio * (2 * random.fraction() - 1))
  return ms(Math.round(Math.min(Math.max(spread, jitter.least), jitter.most)))
}
