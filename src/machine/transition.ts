import { scan, type OperatorFunction } from 'rxjs'

/** What a machine does with one event: its next state, and what is to be done about it, in order. */
export type Step<State, Effect> = readonly [state: State, effects: readonly Effect[]]

/** A state machine: no clock, no socket, no throw. An event that means nothing in a state gives `[state, []]`. */
export type Transition<State, Event, Effect> = (state: State, event: Event) => Step<State, Effect>

/** Runs a transition over a stream of events. Cold; one state for each subscription. */
export const machine = <State, Event, Effect>(
  initial: State,
  transition: Transition<State, Event, Effect>,
): OperatorFunction<Event, Step<State, Effect>> =>
  scan(([state]: Step<State, Effect>, event: Event) => transition(state, event), [initial, []])

/** Stays in a state and does nothing. */
export const stay = <State>(state: State): Step<State, never> => [state, []]
