import { Observable, type Subscriber } from 'rxjs'

/** Hands on what it is given. */
export interface Relay<Item> {
  readonly next: (item: Item) => void
  /** Nothing comes any more. */
  readonly complete: () => void
  /** Whether anybody listens. */
  readonly isHeard: () => boolean
  /** What it is given from now on. Hot. Completes with it. */
  readonly item$: Observable<Item>
}

/**
 * What a `Subject` is between two parts of one thing, on the way of every message: it does no more than to call who listens,
 * and costs less for that. Who starts to listen while an item is handed on does not hear that one.
 */
export const relay = <Item>(): Relay<Item> => {
  let hearers: readonly Subscriber<Item>[] = []
  let isOver = false

  return {
    next: item => {
      for (const hearer of hearers) hearer.next(item)
    },
    complete: () => {
      isOver = true
      const present = hearers
      hearers = []
      for (const hearer of present) hearer.complete()
    },
    isHeard: () => hearers.length > 0,
    item$: new Observable(subscriber => {
      if (isOver) {
        subscriber.complete()
        return undefined
      }
      hearers = [...hearers, subscriber]
      return () => {
        hearers = hearers.filter(hearer => hearer !== subscriber)
      }
    }),
  }
}
