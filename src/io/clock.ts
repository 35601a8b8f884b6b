import { asyncScheduler, type SchedulerAction, type SchedulerLike, type Subscription } from 'rxjs'

/**
 * The clock of everything that waits: RxJS's `asyncScheduler` with a time that never jumps. It counts milliseconds since
 * 1970 as the system's clock showed them when the process started; setting that clock neither hides a dead peer nor
 * drops a living one.
 */
export const steadyScheduler: SchedulerLike = {
  now: () => performance.timeOrigin + performance.now(),
  schedule: <State>(
    work: (this: SchedulerAction<State>, state?: State) => void,
    delay?: number,
    state?: State,
  ): Subscription => asyncScheduler.schedule(work, delay, state),
}
