import type { Duration } from '../values/duration.js'
import { ms } from '../values/duration.js'
import type { Random } from '../values/random.js'

/**
 * Spreads a delay by chance: evenly over what lies up to `ratio` of it either way and between `least` and `most`.
 * Cutting off after the draw instead would bring half of all nodes back in one moment.
 */
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

/** The delay with its jitter drawn; `delay` itself where there is none. */
export const drawDelay = ({ delay, jitter }: SetTimer<string>, random: Random): Duration => {
  if (jitter === undefined) return delay
  const from = Math.max(delay * (1 - jitter.ratio), jitter.least)
  const to = Math.min(delay * (1 + jitter.ratio), jitter.most)
  return ms(Math.round(from + (to - from) * random.fraction()))
}
