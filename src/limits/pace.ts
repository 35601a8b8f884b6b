import type { SchedulerLike } from 'rxjs'

/** How fast something may go on: `burst` at once, and after that `perSecond` of them as time goes by. */
export interface Pace {
  readonly burst: number
  readonly perSecond: number
}

/** What is left of a pace: a token bucket. */
export interface Bucket {
  /** Whether it has that much; spends nothing. */
  readonly has: (cost?: number) => boolean
  /** Spends that much, when it has it. */
  readonly take: (cost?: number) => boolean
}

/** A bucket, full to begin with. What costs more than a whole burst costs a whole burst, so that nothing is barred for ever. */
export const bucket = ({ burst, perSecond }: Pace, { now }: Pick<SchedulerLike, 'now'>): Bucket => {
  let level = burst
  let filledAt = now()
  const has = (cost = 1): boolean => {
    const at = now()
    level = Math.min(burst, level + ((at - filledAt) * perSecond) / 1000)
    filledAt = at
    return level >= Math.min(cost, burst)
  }
  return {
    has,
    take: (cost = 1) => {
      if (!has(cost)) return false
      level -= Math.min(cost, burst)
      return true
    },
  }
}

/** A bucket for each of many parties. */
export interface Buckets<Key> {
  readonly has: (key: Key, cost?: number) => boolean
  readonly take: (key: Key, cost?: number) => boolean
}

/** The most parties whose buckets are remembered; of more, the one that spent longest ago is forgotten. */
const MAX_PARTIES = 4096

/** Buckets of one pace. A party that never spent anything has none: it is as good as a full one. */
export const buckets = <Key>(
  pace: Pace,
  scheduler: Pick<SchedulerLike, 'now'>,
  maxParties: number = MAX_PARTIES,
): Buckets<Key> => {
  const spent = new Map<Key, Bucket>()
  return {
    has: (key, cost) => spent.get(key)?.has(cost) ?? true,
    take: (key, cost) => {
      const own = spent.get(key) ?? bucket(pace, scheduler)
      spent.delete(key)
      spent.set(key, own)
      if (spent.size > maxParties) forgetOldest(spent)
      return own.take(cost)
    },
  }
}

/** Buckets of one pace for parties that are objects: nothing is kept of one that is gone. */
export const weakBuckets = <Key extends object>(pace: Pace, scheduler: Pick<SchedulerLike, 'now'>): Buckets<Key> => {
  const spent = new WeakMap<Key, Bucket>()
  return {
    has: (key, cost) => spent.get(key)?.has(cost) ?? true,
    take: (key, cost) => {
      const own = spent.get(key) ?? bucket(pace, scheduler)
      spent.set(key, own)
      return own.take(cost)
    },
  }
}

const forgetOldest = (map: Map<unknown, unknown>): void => {
  for (const key of map.keys()) {
    map.delete(key)
    return
  }
}
