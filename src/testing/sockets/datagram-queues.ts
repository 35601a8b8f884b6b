import type { SchedulerLike } from 'rxjs'

/** What waits where only so much passes at a time. */
export interface DatagramQueues {
  /** How long a datagram waits and passes, in milliseconds; `undefined` when there is no room to wait. */
  readonly delay: (from: string, to: string, octets: number, rate: number) => number | undefined
}

/** More octets do not wait on one way. The longest datagram passes anywhere, if it is alone. */
const MAX_WAITING_OCTETS = 65_536

/** When it has so many ways, those where nothing waits are forgotten. */
const MANY_WAYS = 4096

/** First in, first out, for each way from one host to another. */
export const datagramQueues = (scheduler: SchedulerLike): DatagramQueues => {
  /** When all that waits has passed. */
  const idleAt = new Map<string, number>()

  const forgetIdle = (now: number): void => {
    for (const [way, at] of idleAt) if (at <= now) idleAt.delete(way)
  }

  return {
    delay: (from, to, octets, rate) => {
      if (rate === Infinity) return 0
      if (!(rate > 0)) return undefined
      const way = `${from}\n${to}`
      const now = scheduler.now()
      const start = Math.max(now, idleAt.get(way) ?? now)
      if (((start - now) * rate) / 1000 + octets > MAX_WAITING_OCTETS) return undefined
      const end = start + (octets * 1000) / rate
      if (idleAt.size >= MANY_WAYS) forgetIdle(now)
      idleAt.set(way, end)
      return Math.ceil(end - now)
    },
  }
}
