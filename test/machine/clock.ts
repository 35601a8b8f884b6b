import { noop, VirtualTimeScheduler, type SchedulerLike } from 'rxjs'
import type { Duration } from '../../src/values/duration.js'

/** Virtual time that a test turns by hand; it begins at 0 ms. */
export interface Clock {
  readonly scheduler: SchedulerLike
  /** Lets so much time pass; timers due at its very end fire too. */
  readonly advance: (by: Duration) => void
  /** Timers that are set and did not fire yet. */
  readonly running: () => number
}

/** A clock of its own for one test. */
export const clock = (): Clock => {
  const scheduler = new VirtualTimeScheduler(undefined, 0)
  return {
    scheduler,
    advance: by => {
      scheduler.maxFrames = scheduler.now() + by
      scheduler.schedule(noop, by)
      scheduler.flush()
    },
    running: () => scheduler.actions.length,
  }
}
