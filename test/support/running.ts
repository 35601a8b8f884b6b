import { Subject, Subscription, type SchedulerLike } from 'rxjs'
import type { Duplex } from '../../src/link/duplex.js'

/** Something that runs on the virtual network, with all that it said. */
export interface Running<Command, Event extends { readonly _tag: string }> {
  readonly name: string
  /** What it has said under one tag since the start of the test. */
  readonly told: <Tag extends Event['_tag']>(tag: Tag) => Extract<Event, { readonly _tag: Tag }>[]
  /** And when, in milliseconds since then. */
  readonly times: (tag: Event['_tag']) => readonly number[]
  /** Lets somebody hear what it says from now on, within the call that says it. */
  readonly on: (listener: (event: Event) => void) => Subscription
  readonly submit: (command: Command) => void
  /** Ends it in good order. */
  readonly stop: () => void
  /** Ends it at once, without a word. */
  readonly kill: () => void
  /** Starts it again. */
  readonly start: () => void
  /** How it ended: `undefined` while it runs, `'completed'`, or its error. */
  readonly end: () => unknown
}

/** Starts a duplex, and writes down what comes out. */
export const run = <Command, Event extends { readonly _tag: string }>(
  name: string,
  duplex: Duplex<Command, Event>,
  scheduler: SchedulerLike,
): Running<Command, Event> => {
  const said: { readonly at: number; readonly event: Event }[] = []
  const event$ = new Subject<Event>()
  let command$ = new Subject<Command>()
  let subscription = Subscription.EMPTY
  let end: unknown
  const start = (): void => {
    command$ = new Subject()
    end = undefined
    subscription = duplex(command$).subscribe({
      next: event => {
        said.push({ at: scheduler.now(), event })
        event$.next(event)
      },
      error: (error: unknown) => (end = error),
      complete: () => (end = 'completed'),
    })
  }
  start()
  return {
    name,
    told: <Tag extends Event['_tag']>(tag: Tag) =>
      said
        .map(({ event }) => event)
        .filter((event): event is Extract<Event, { readonly _tag: Tag }> => event._tag === tag),
    times: tag => said.filter(({ event }) => event._tag === tag).map(({ at }) => at),
    on: listener => event$.subscribe(listener),
    submit: command => command$.next(command),
    stop: () => command$.complete(),
    kill: () => subscription.unsubscribe(),
    start,
    end: () => end,
  }
}
