import { Subscription, type SchedulerAction, type SchedulerLike } from 'rxjs'

/**
 * A clock that sets no timer once `isOpen` says no. Whoever is told something may end all that told him, which then still
 * finishes what it was at: a timer that it set after that would have nobody to stop it.
 */
export const whileOpen = (scheduler: SchedulerLike, isOpen: () => boolean): SchedulerLike => ({
  now: () => scheduler.now(),
  schedule: <T>(work: (this: SchedulerAction<T>, state?: T) => void, delay?: number, state?: T): Subscription =>
    isOpen() ? scheduler.schedule(work, delay, state) : Subscription.EMPTY,
})
