import type { SchedulerLike } from 'rxjs'

/** What was noted a while ago. */
export interface Memory<Key> {
  readonly has: (key: Key) => boolean
  /** Notes it, for as long again. */
  readonly add: (key: Key) => void
}

/** A memory that holds each key for a while, and so many at most: the one noted longest ago makes room. It needs no timer. */
export const memory = <Key>(whileMs: number, maxKeys: number, scheduler: Pick<SchedulerLike, 'now'>): Memory<Key> => {
  const until = new Map<Key, number>()
  return {
    has: key => (until.get(key) ?? 0) > scheduler.now(),
    add: key => {
      until.delete(key)
      until.set(key, scheduler.now() + whileMs)
      if (until.size <= maxKeys) return
      for (const oldest of until.keys()) {
        until.delete(oldest)
        return
      }
    },
  }
}
