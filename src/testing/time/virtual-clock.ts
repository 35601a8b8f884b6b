import { Subscription, type SchedulerAction, type SchedulerLike } from 'rxjs'
import type { Duration } from '../../values/duration.js'
import { durationOf } from './duration-text.js'
import { heap } from './heap.js'

/** Virtual time in the hands of who tests: it stands still until it is told to pass. */
export interface VirtualClock extends SchedulerLike {
  /**
   * Lets so much time pass, such as `'3min'`; what is due happens in order, and `now` says when. Throws what a piece of
   * work throws, after which it can be called again for what is left. Throws an Error for what is not a duration, and
   * within a piece of work: time passes there already.
   */
  readonly advance: (duration: string | Duration) => void
  /** When the next piece of work is due, in milliseconds; `undefined` when nothing is. */
  readonly next: () => number | undefined
  /** Pieces of work that wait: timers that are set. */
  readonly pending: () => number
  /** Pieces of work that were done since the start. */
  readonly done: () => number
}

/** Work that waits for its time. */
interface Waiting {
  readonly due: number
  /** Nothing any more when it was called off. */
  work: (() => void) | undefined
}

/** More work at one instant is a loop of timers of 0 ms, in which time would stand still for ever. */
const MAX_AT_ONCE = 1_000_000

/** Below this, it is not worth while to clear away what was called off. */
const FEW = 64

/** What sets a timer, and calls it off. */
interface Timers {
  readonly wait: (delay: number, work: () => void) => Waiting
  readonly callOff: (waiting: Waiting) => void
}

type Work<State> = (this: SchedulerAction<State>, state?: State) => void

/** Work that can be set again. A class, as there is one for each timer: a subscription that calls it off would be four objects. */
class Action<State> extends Subscription implements SchedulerAction<State> {
  readonly #timers: Timers
  readonly #work: Work<State>
  #waiting: Waiting | undefined

  constructor(timers: Timers, work: Work<State>) {
    super()
    this.#timers = timers
    this.#work = work
  }

  schedule(state?: State, delay = 0): Subscription {
    if (this.closed) return this
    if (this.#waiting !== undefined) this.#timers.callOff(this.#waiting)
    this.#waiting = this.#timers.wait(delay, () => this.#work(state))
    return this
  }

  override unsubscribe(): void {
    if (!this.closed && this.#waiting !== undefined) this.#timers.callOff(this.#waiting)
    super.unsubscribe()
  }
}

/**
 * A scheduler of virtual time for large simulations: the order is that of RxJS's `VirtualTimeScheduler`, but the cost of a
 * timer grows with the logarithm of how many there are, and not with their number. Anything that takes a `SchedulerLike`
 * takes it. It starts at 0 ms.
 *
 * @example
 * ```ts
 * const clock = virtualClock()
 * timer(seconds(300), clock).subscribe(…)
 * clock.advance('5min')
 * ```
 */
export const virtualClock = (): VirtualClock => {
  const queue = heap<Waiting>()
  let now = 0
  let pending = 0
  let done = 0
  let isPassing = false

  const wait = (delay: number, work: () => void): Waiting => {
    const waiting = { due: now + Math.max(0, delay), work }
    queue.push(waiting, waiting.due)
    pending++
    return waiting
  }

  const callOff = (waiting: Waiting): void => {
    if (waiting.work === undefined) return
    waiting.work = undefined
    pending--
    if (queue.size() > FEW && queue.size() > 2 * pending) queue.keep(({ work }) => work !== undefined)
  }

  const timers: Timers = { wait, callOff }

  const firstThatWaits = (): Waiting | undefined => {
    let first = queue.first()
    while (first !== undefined && first.work === undefined) {
      queue.pop()
      first = queue.first()
    }
    return first
  }

  const pass = (end: number): void => {
    let atOnce = 0
    for (let first = firstThatWaits(); first !== undefined && first.due <= end; first = firstThatWaits()) {
      queue.pop()
      atOnce = first.due === now ? atOnce + 1 : 0
      if (atOnce > MAX_AT_ONCE) throw new Error(`time stands still at ${now} ms: timers of 0 ms set each other`)
      now = first.due
      const { work } = first
      first.work = undefined
      pending--
      done++
      work?.()
    }
    now = end
  }

  return {
    now: () => now,

    schedule: <State>(work: Work<State>, delay = 0, state?: State): Subscription =>
      new Action(timers, work).schedule(state, delay),

    advance: duration => {
      if (isPassing) {
        throw new Error(
          `time passes already: at ${now} ms, a piece of work called advance; what comes later is for timers on the clock`,
        )
      }
      const end = now + durationOf(duration)
      isPassing = true
      try {
        pass(end)
      } finally {
        isPassing = false
      }
    },

    next: () => firstThatWaits()?.due,
    pending: () => pending,
    done: () => done,
  }
}
