import { Subscription, type SchedulerAction, type SchedulerLike } from 'rxjs'

/** The clock of one host, which knows how many timers are set there. */
export interface HostClock extends SchedulerLike {
  readonly pending: () => number
}

/** How many timers are set on a host. */
interface Count {
  pending: number
}

type Work<State> = (this: SchedulerAction<State>, state?: State) => void

/** A timer of a host on the clock of all. A class, as there is one for each: what is made of functions costs several times as much. */
class HostAction<State> extends Subscription implements SchedulerAction<State> {
  readonly #count: Count
  readonly #timer: Subscription
  /** The timer itself, once it has rung. */
  #rung: SchedulerAction<State> | undefined
  #isSet = true

  constructor(clock: SchedulerLike, count: Count, work: Work<State>, delay: number | undefined, state?: State) {
    super()
    this.#count = count
    count.pending++
    const ring = (timer: SchedulerAction<State>, given: State | undefined): void => {
      this.#rung = timer
      this.#set(false)
      work.call(this, given)
    }
    this.#timer = clock.schedule<State>(
      function (given) {
        ring(this, given)
      },
      delay,
      state,
    )
  }

  schedule(state?: State, delay?: number): Subscription {
    if (this.closed) return this
    this.#set(true)
    this.#rung?.schedule(state, delay)
    return this
  }

  override unsubscribe(): void {
    if (!this.closed) {
      this.#set(false)
      this.#timer.unsubscribe()
    }
    super.unsubscribe()
  }

  #set(isSet: boolean): void {
    if (isSet === this.#isSet) return
    this.#isSet = isSet
    this.#count.pending += isSet ? 1 : -1
  }
}

/** A clock that goes as another does, and counts its own timers. */
export const hostClock = (clock: SchedulerLike): HostClock => {
  const count: Count = { pending: 0 }
  return {
    now: () => clock.now(),
    pending: () => count.pending,
    schedule: <State>(work: Work<State>, delay?: number, state?: State): Subscription =>
      new HostAction(clock, count, work, delay, state),
  }
}
