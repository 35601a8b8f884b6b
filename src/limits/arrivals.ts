import type { SchedulerLike } from 'rxjs'
import { budget } from './budget.js'
import type { Origin } from './origin.js'
import { bucket, buckets, type Pace } from './pace.js'

/** What a server bounds before it spends anything on a new TCP connection. */
export interface ArrivalLimits {
  /** TCP connections of one origin at once, whatever became of them. */
  readonly maxPerAddress: number
  /** How fast one origin may open them. */
  readonly arrivalsPerAddress: Pace
  /** How fast all together may. */
  readonly arrivalsInTotal: Pace
}

/** The limits of a server that so many may be connected to; `HubLimits` says why they are what they are. */
export const arrivalLimits = (maxConnections: number): ArrivalLimits => {
  const atOnce = Math.max(maxConnections, 100)
  return {
    maxPerAddress: Math.max(2 * maxConnections, 100),
    arrivalsPerAddress: { burst: atOnce, perSecond: atOnce / 10 },
    arrivalsInTotal: { burst: 2 * atOnce, perSecond: atOnce / 5 },
  }
}

/** Counts the TCP connections of a server by where they come from. */
export interface Arrivals {
  /** Counts one in; a sentence says why it must go away, and then it does not count. */
  readonly enter: (origin: Origin) => string | undefined
  /** Counts one out. */
  readonly leave: (origin: Origin) => void
}

/** The door of a server. What is turned away spends nothing of the pace of others. */
export const arrivals = (limits: ArrivalLimits, scheduler: Pick<SchedulerLike, 'now'>): Arrivals => {
  const connected = new Map<Origin, number>()
  const arrive = budget(
    buckets<Origin>(limits.arrivalsPerAddress, scheduler),
    bucket(limits.arrivalsInTotal, scheduler),
  )
  return {
    enter: origin => {
      const count = connected.get(origin) ?? 0
      if (count >= limits.maxPerAddress) return 'too many connections from this address'
      const spent = arrive(origin)
      if (spent !== undefined) {
        return spent === 'its own' ? 'connects too often from this address' : 'too many connect at once'
      }
      connected.set(origin, count + 1)
      return undefined
    },
    leave: origin => {
      const count = connected.get(origin) ?? 0
      if (count > 1) connected.set(origin, count - 1)
      else connected.delete(origin)
    },
  }
}
