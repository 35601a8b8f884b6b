/** What a machine does with one event: its next state, and what is to be done about it, in order. */
export type Step<State, Effect> = readonly [state: State, effects: readonly Effect[]]

/** A state machine: no clock, no socket, no throw. An event that means nothing in a state gives `[state, []]`. */
export type Transition<State, Event, Effect> = (state: State, event: Event) => Step<State, Effect>

/** Stays in a state and does nothing. */
export const stay = <State>(state: State): Step<State, never> => [state, []]
