import { reasonCounter } from '../../limits/reason-counter.js'
import type { NetworkPortCounters } from './network-counters.js'

/** Counts for a port of the network layer. */
export interface PortCounters {
  readonly counts: { received: number; delivered: number; forwarded: number; sent: number }
  /** All reasons are from fixed lists, so that there are not too many of them. */
  readonly countReason: (what: 'discarded' | 'unsent', reason: string) => void
  readonly read: () => NetworkPortCounters
}

/** Counters that stand at nought. */
export const portCounters = (): PortCounters => {
  const counts = { received: 0, delivered: 0, forwarded: 0, sent: 0 }
  const reasons = { discarded: reasonCounter(), unsent: reasonCounter() }
  return {
    counts,
    countReason: (what, reason) => reasons[what].count(reason),
    read: () => ({ ...counts, discarded: reasons.discarded.read(), unsent: reasons.unsent.read() }),
  }
}
