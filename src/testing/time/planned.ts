import type { SchedulerLike, Subscription } from 'rxjs'

/** What is planned is here for as long as it is set. */
const planned = new WeakSet<object>()

/**
 * Plans what is to happen later, on behalf of a test and not of what it tests: unlike any other timer, it may still be set
 * when the test is over.
 */
export const plan = (scheduler: SchedulerLike, work: () => void, delay: number): Subscription => {
  const timer = scheduler.schedule(work, delay)
  planned.add(timer)
  return timer
}

/** Whether a timer is one that was planned. */
export const isPlanned = (timer: object): boolean => planned.has(timer)
