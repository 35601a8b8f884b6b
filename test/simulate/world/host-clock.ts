import { Subscription, type SchedulerAction, type SchedulerLike } from 'rxjs'

/** The clock of one host, which knows how many timers are set there. */
export interface HostClock extends SchedulerLike {
  readonly pending: () => number
}

/** A clock that goes as another does, and counts its own timers. */
export const hostClock = (clock: SchedulerLike): HostClock => {
  let pending = 0

  return {
    now: () => clock.now(),
    pending: () => pending,
    schedule: <State>(
      work: (this: SchedulerAction<State>, state?: State) => void,
      delay?: number,
      state?: State,
    ): Subscription => {
      let scheduleAgain: SchedulerAction<State>['schedule'] | undefined
      let isSet = true
      const set = (is: boolean): void => {
        if (is === isSet) return
        isSet = is
        pending += is ? 1 : -1
      }
      const action: SchedulerAction<State> = Object.assign(new Subscription(() => set(false)), {
        schedule: (again?: State, after?: number) => {
          if (action.closed) return action
          set(true)
          scheduleAgain?.(again, after)
          return action
        },
      })
      pending++
      action.add(
        clock.schedule<State>(
          function (given) {
            scheduleAgain ??= (again, after) => this.schedule(again, after)
            set(false)
            work.call(action, given)
          },
          delay,
          state,
        ),
      )
      return action
    },
  }
}
