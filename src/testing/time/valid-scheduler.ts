import type { SchedulerLike } from 'rxjs'

/**
 * The scheduler that a test has given, once it is known to be one: programs without types forget it.
 *
 * @throws Error for what is none.
 */
export const validScheduler = (scheduler: SchedulerLike): SchedulerLike => {
  const given = scheduler as Partial<SchedulerLike> | undefined
  if (typeof given?.now === 'function' && typeof given.schedule === 'function') return scheduler
  throw new Error('a virtual network needs a scheduler: a virtualClock(), a TestScheduler, or that of marbles')
}
