import type { SchedulerLike, Subscription } from 'rxjs'

/** One timer for many deadlines. */
export interface Alarm {
  /** Has it ring at that time at the latest; an earlier time that it was given before stands. `Infinity` is never. */
  readonly by: (at: number) => void
  /** Has it not ring any more, until it is given another time. */
  readonly stop: () => void
}

/**
 * An alarm. It rings once, at the earliest time that it was given, though what was due then may have been put off or
 * settled meanwhile: moving a timer each time would cost more than looking once in vain. It may ring a fraction of a
 * millisecond early, as timers know no fractions.
 */
export const alarm = (scheduler: SchedulerLike, ring: () => void): Alarm => {
  let timer: Subscription | undefined
  let ringsAt = Infinity

  const stop = (): void => {
    timer?.unsubscribe()
    timer = undefined
    ringsAt = Infinity
  }

  return {
    by: at => {
      if (at >= ringsAt) return
      stop()
      ringsAt = at
      timer = scheduler.schedule(
        () => {
          stop()
          ring()
        },
        Math.max(at - scheduler.now(), 0),
      )
    },
    stop,
  }
}
