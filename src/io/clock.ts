import { asyncScheduler, type SchedulerAction, type SchedulerLike, type Subscription } from 'rxjs'
import { atTurnEnd } from './turn.js'

let now: number | undefined

const forget = (): void => {
  now = undefined
}

/**
 * The clock of everything that waits: RxJS's `asyncScheduler` with a time that never jumps. It counts milliseconds since
 * 1970 as the system's clock showed them when the process started; setting that clock neither hides a dead peer nor
 * drops a living one. It stands still during one turn of the event loop: a hub looks at it for each message.
 */
export const steadyScheduler: SchedulerLike = {
  now: () => {
    if (now === undefined) {
      now = performance.timeOrigin + performance.now()
      atTurnEnd(forget)
    }
    return now
  },
  schedule: <State>(
    work: (this: SchedulerAction<State>, state?: State) => void,
    delay?: number,
    state?: State,
  ): Subscription => asyncScheduler.schedule(work, delay, state),
}
