import type { Subscription } from 'rxjs'
import { Observable, Subject, type OperatorFunction, type SchedulerLike } from 'rxjs'
import type { Random } from '../values/random.js'
import { drawDelay, type TimerEffect } from './timers.js'
import { machine, type Transition } from './transition.js'

/** Ends the machine: its stream of effects completes after this one. */
export interface Stop {
  readonly _tag: 'Stop'
}

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
      const { initial, transition, fired, scheduler, random } = options
      const turn$ = new Subject<Event>()
      const waiting: Event[] = []
      const timers = new Map<Timer, Subscription>()
      let busy = false

      const feed = (event: Event): void => {
        waiting.push(event)
        if (busy) return
        busy = true
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) turn$.next(next)
        busy = false
      }

      const perform = (effect: Effect | TimerEffect<Timer> | Stop): void => {
        if (isTimerEffect<Timer>(effect)) {
          timers.get(effect.timer)?.unsubscribe()
          timers.delete(effect.timer)
          if (effect._tag === 'ClearTimer') return
          const { timer } = effect
          const fire = (): void => {
            timers.delete(timer)
            feed(fired(timer))
          }
          timers.set(timer, scheduler.schedule(fire, drawDelay(effect, random)))
        } else if (effect._tag === 'Stop') {
          subscriber.complete()
        } else {
          subscriber.next(effect as Effect)
        }
      }

      const performAll = (effects: readonly (Effect | TimerEffect<Timer> | Stop)[]): void => {
        for (const effect of effects) {
          // Whoever hears of an effect may unsubscribe; a timer started after that would have nobody to stop it.
          if (subscriber.closed) return
          perform(effect)
        }
      }

      const running = turn$.pipe(machine(initial, transition)).subscribe({
        next: ([, effects]) => performAll(effects),
        error: (error: unknown) => subscriber.error(error),
      })
      subscriber.add(() => {
        running.unsubscribe()
        for (const timer of timers.values()) timer.unsubscribe()
        timers.clear()
      })
      subscriber.add(event$.subscribe({ next: feed, error: (error: unknown) => subscriber.error(error) }))
    })

const isTimerEffect = <Timer extends string>(effect: { readonly _tag: string }): effect is TimerEffect<Timer> =>
  effect._tag === 'SetTimer' || effect._tag === 'ClearTimer'
