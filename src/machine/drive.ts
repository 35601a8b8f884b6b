import { Observable, type OperatorFunction, type SchedulerLike } from 'rxjs'
import type { Random } from '../values/random.js'
import { runner, running, type Running, type Stop } from './runner.js'
import type { TimerEffect } from './timers.js'
import type { Transition } from './transition.js'

export type { Stop } from './runner.js'

/** A machine with what it needs to run. */
export interface Drive<State, Event, Effect, Timer extends string> {
  readonly initial: State
  readonly transition: Transition<State, Event, Effect | TimerEffect<Timer> | Stop>
  /** The event with which a timer comes back; made when it fires, so that it can say how things stand then. */
  readonly fired: (timer: Timer) => Event
  readonly scheduler: SchedulerLike
  readonly random: Random
}

/**
 * Closes the loop of a machine: events in, effects for the world out. Timer effects never leave it; they run on the
 * scheduler and come back as events. An event that arrives while another is handled waits for its turn.
 *
 * Cold. Completes on a `Stop` effect; the end of the events alone does not end it, as timers may still be running.
 * Errors with the events, or with a transition that throws. Unsubscribing stops all timers.
 */
export const drive =
  <State, Event, Effect extends { readonly _tag: string }, Timer extends string>(
    options: Drive<State, Event, Effect, Timer>,
  ): OperatorFunction<Event, Effect> =>
  event$ =>
    new Observable(subscriber => {
      const { feed, end } = runner<State, Event, Effect, Timer, Running<State, Event, Timer>>({
        ...options,
        fired: (_, timer) => options.fired(timer),
        perform: (_, effect) => subscriber.next(effect),
        stopped: (_, failure) => {
          if (failure === undefined) subscriber.complete()
          else subscriber.error(failure.error)
        },
      })
      const self = running<State, Event, Timer>(options.initial)
      subscriber.add(() => end(self))
      subscriber.add(
        event$.subscribe({ next: event => feed(self, event), error: (error: unknown) => subscriber.error(error) }),
      )
    })
