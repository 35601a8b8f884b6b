import type { SchedulerLike, Subscription } from 'rxjs'
import type { Random } from '../values/random.js'
import { drawDelay, type TimerEffect } from './timers.js'
import type { Step } from './transition.js'

/** Ends a machine, after this effect. */
export interface Stop {
  readonly _tag: 'Stop'
}

/** A machine that runs: all that it costs while nothing happens. */
export interface Running<State, Event, Timer extends string> {
  state: State
  /** Events that came while another is handled; `undefined` when none is. */
  waiting: Event[] | undefined
  /** Its timers; `undefined` for those that do not run. */
  readonly timers: Partial<Record<Timer, Subscription | undefined>>
  ended: boolean
}

/** What machines of one kind have in common; `Self` says which of them it is. */
export interface Kind<Self, State, Event, Effect, Timer extends string> {
  /** A transition, which may look at whose it is, but only to say so. */
  readonly transition: (state: State, event: Event, self: Self) => Step<State, Effect | TimerEffect<Timer> | Stop>
  /** The event with which a timer comes back; made when it fires, so that it can say how things stand then. */
  readonly fired: (self: Self, timer: Timer) => Event
  /** Does what is for the world outside. */
  readonly perform: (self: Self, effect: Effect) => void
  /** Hears once that a machine has ended: by its own `Stop`, or by an error that its transition threw. */
  readonly stopped: (self: Self, failure: { readonly error: unknown } | undefined) => void
  readonly scheduler: SchedulerLike
  readonly random: Random
}

/** Runs any number of machines of one kind. */
export interface Runner<Self, Event> {
  /** Hands a machine an event; one that arrives while another is handled waits for its turn. */
  readonly feed: (self: Self, event: Event) => void
  /** Ends a machine: its timers stop, and what still comes means nothing. */
  readonly end: (self: Self) => void
}

/** A machine in its first state. */
export const running = <State, Event, Timer extends string>(initial: State): Running<State, Event, Timer> => ({
  state: initial,
  waiting: undefined,
  timers: {},
  ended: false,
})

/** Closes the loop of machines: events in, effects out, but for timers, which come back as events. */
export const runner = <
  State,
  Event,
  Effect extends { readonly _tag: string },
  Timer extends string,
  Self extends Running<State, Event, Timer>,
>(
  kind: Kind<Self, State, Event, Effect, Timer>,
): Runner<Self, Event> => {
  const { transition, fired, scheduler, random } = kind

  const feed = (self: Self, event: Event): void => {
    if (self.ended) return
    if (self.waiting !== undefined) {
      self.waiting.push(event)
      return
    }
    const waiting: Event[] = (self.waiting = [])
    step(self, event)
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) step(self, next)
    self.waiting = undefined
  }

  const step = (self: Self, event: Event): void => {
    try {
      const [state, effects] = transition(self.state, event, self)
      self.state = state
      for (const effect of effects) {
        // Whoever hears of an effect may end the machine; a timer started after that would have nobody to stop it.
        if (!self.ended) perform(self, effect)
      }
    } catch (error) {
      stop(self, { error })
    }
  }

  const perform = (self: Self, effect: Effect | TimerEffect<Timer> | Stop): void => {
    if (isTimerEffect<Timer>(effect)) {
      const { timer } = effect
      self.timers[timer]?.unsubscribe()
      self.timers[timer] = undefined
      if (effect._tag === 'ClearTimer') return
      const fire = (): void => {
        self.timers[timer] = undefined
        feed(self, fired(self, timer))
      }
      self.timers[timer] = scheduler.schedule(fire, drawDelay(effect, random))
    } else if (effect._tag === 'Stop') {
      stop(self, undefined)
    } else {
      kind.perform(self, effect as Effect)
    }
  }

  const stop = (self: Self, failure: { readonly error: unknown } | undefined): void => {
    if (self.ended) return
    end(self)
    kind.stopped(self, failure)
  }

  const end = (self: Self): void => {
    self.ended = true
    if (self.waiting !== undefined) self.waiting.length = 0
    for (const timer of Object.keys(self.timers) as Timer[]) {
      self.timers[timer]?.unsubscribe()
      self.timers[timer] = undefined
    }
  }

  return { feed, end }
}

const isTimerEffect = <Timer extends string>(effect: { readonly _tag: string }): effect is TimerEffect<Timer> =>
  effect._tag === 'SetTimer' || effect._tag === 'ClearTimer'
