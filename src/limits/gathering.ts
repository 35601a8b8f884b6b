import type { SchedulerLike, Subscription } from 'rxjs'

/** Tells of things that happen in floods at a bearable pace. */
export interface Gathering<Item> {
  /** Notes one; those with the same key are told together. */
  readonly note: (key: string, item: Item) => void
  /** Tells at once what is gathered: before an end in good order, so that nothing goes untold. */
  readonly flush: () => void
  /** Ends it: what is still gathered is told no more, and nothing is noted after it. */
  readonly close: () => void
}

/** How long further ones are gathered after one was told. A flood must not become a flood of events. */
const WINDOW_MS = 1000

/** The most keys that are gathered each for itself. With more at once, many parties misbehave, and a list of them helps nobody. */
const MAX_WINDOWS = 256

/** What was gathered under one key since it was last told; `item` is the latest. */
interface Window<Item> {
  item: Item
  count: number
  timer: Subscription
}

/**
 * Tells the first of a key at once, and gathers further ones for a second each. While there are very many keys, new ones
 * are gathered under a coarser one that `coarse` gives; there must be few of those.
 */
export const gathering = <Item>(
  scheduler: SchedulerLike,
  tell: (item: Item, count: number) => void,
  coarse: (item: Item) => readonly [key: string, item: Item],
  maxWindows: number = MAX_WINDOWS,
): Gathering<Item> => {
  const windows = new Map<string, Window<Item>>()
  let closed = false

  const open = (key: string, item: Item): void => {
    const turn = (): void => {
      const { count } = window
      if (count === 0) {
        windows.delete(key)
        return
      }
      window.count = 0
      window.timer = scheduler.schedule(turn, WINDOW_MS)
      tell(window.item, count)
    }
    const window: Window<Item> = { item, count: 0, timer: scheduler.schedule(turn, WINDOW_MS) }
    windows.set(key, window)
    tell(item, 1)
  }

  const noteIn = (key: string, item: Item): boolean => {
    const known = windows.get(key)
    if (known === undefined) return false
    known.item = item
    known.count++
    return true
  }

  return {
    note: (key, item) => {
      if (closed || noteIn(key, item)) return
      if (windows.size < maxWindows) {
        open(key, item)
        return
      }
      const [coarseKey, coarseItem] = coarse(item)
      if (!noteIn(coarseKey, coarseItem)) open(coarseKey, coarseItem)
    },
    flush: () => {
      for (const window of windows.values()) {
        const { count } = window
        window.count = 0
        if (count > 0 && !closed) tell(window.item, count)
      }
    },
    close: () => {
      closed = true
      for (const { timer } of windows.values()) timer.unsubscribe()
    },
  }
}
