import { expect, it } from 'vitest'
import type { Step } from '../../src/machine/transition.js'

interface Tagged {
  readonly _tag: string
}

/** One row of a table of transitions, each thing in words where the table has words and as the value it stands for. */
export type Row<State, Event, Effect> = readonly [
  state: State,
  when: string,
  event: Event,
  action: string,
  effects: readonly Effect[],
  next: State,
]

/** One test for each row, named after it: `STATE | event | action | NEXT`. Effects are compared in full, in order. */
export const testRows = <State extends Tagged, Event, Effect>(
  transition: (state: State, event: Event) => Step<Tagged, unknown>,
  rows: readonly Row<State, Event, Effect>[],
): void => {
  for (const [state, when, event, action, effects, next] of rows) {
    it(`${state._tag} | ${when} | ${action} | ${next._tag}`, () => {
      expect(transition(state, event)).toEqual([next, effects])
    })
  }
}
