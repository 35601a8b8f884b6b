import fc from 'fast-check'
import type { ClearTimer, SetTimer } from '../../src/machine/timers.js'
import type { Transition } from '../../src/machine/transition.js'

interface Tagged {
  readonly _tag: string
}

/** One event, and what a machine made of it. */
export interface Turn<State, Event, Effect> {
  readonly before: State
  readonly event: Event
  readonly after: State
  readonly effects: readonly Effect[]
  /** The timers that run after it. */
  readonly timers: ReadonlySet<string>
}

/** A machine, and the world it lives in: what may happen next, seen what happened and which timers run. */
export interface Play<State, Event, Effect> {
  readonly initial: State
  readonly transition: Transition<State, Event, Effect>
  /** In groups, each as likely as another, so that rare steps forward are not lost among noise. */
  readonly possible: (
    past: readonly Turn<State, Event, Effect>[],
    timers: ReadonlySet<string>,
  ) => readonly (readonly Event[])[]
}

/** Choices for {@link play}: long games, and no liking for the first of everything. */
export const anyChoices = (): fc.Arbitrary<readonly number[]> =>
  fc.noBias(fc.array(fc.nat(), { minLength: 30, maxLength: 60 }))

/** Plays a machine against its world: each choice picks one of the events that may happen. No timer fires that does not run. */
export const play = <State, Event, Effect extends Tagged>(
  { initial, transition, possible }: Play<State, Event, Effect>,
  choices: readonly number[],
): readonly Turn<State, Event, Effect>[] => {
  const past: Turn<State, Event, Effect>[] = []
  for (const choice of choices) {
    const { after: before, timers } = past.at(-1) ?? { after: initial, timers: new Set<string>() }
    const groups = possible(past, timers).filter(group => group.length > 0)
    const group = groups[choice % groups.length]
    const event = group?.[Math.floor(choice / groups.length) % group.length]
    if (event === undefined) break
    const [after, effects] = transition(before, event)
    past.push({ before, event, after, effects, timers: timersAfter(timers, event, effects) })
  }
  return past
}

const timersAfter = (before: ReadonlySet<string>, event: unknown, effects: readonly Tagged[]): ReadonlySet<string> => {
  const timers = new Set(before)
  if (isFired(event)) timers.delete(event.timer)
  for (const effect of effects) {
    if (isSet(effect)) timers.add(effect.timer)
    if (isClear(effect)) timers.delete(effect.timer)
  }
  return timers
}

const isFired = (event: unknown): event is { readonly timer: string } => (event as Tagged)._tag === 'TimerFired'
const isSet = (effect: Tagged): effect is SetTimer<string> => effect._tag === 'SetTimer'
const isClear = (effect: Tagged): effect is ClearTimer<string> => effect._tag === 'ClearTimer'
