import { reasonCounter } from '../limits/reason-counter.js'
import type { PortCounts } from './port-counts.js'

/** Counts for a port. */
export interface PortCounters {
  readonly counts: { received: number; delivered: number; sent: number; forwarded: number }
  readonly countReason: (what: 'unsent' | 'dropped' | 'discarded' | 'refused', reason: string) => void
  readonly read: () => PortCounts
}

/** Counters that stand at nought. The reasons are all from fixed lists, so that there are not too many of them. */
export const portCounters = (): PortCounters => {
  const counts = { received: 0, delivered: 0, sent: 0, forwarded: 0 }
  const reasons = {
    unsent: reasonCounter(),
    dropped: reasonCounter(),
    discarded: reasonCounter(),
    refused: reasonCounter(),
  }
  return {
    counts,
    countReason: (what, reason) => reasons[what].count(reason),
    read: () => ({
      ...counts,
      unsent: reasons.unsent.read(),
      dropped: reasons.dropped.read(),
      discarded: reasons.discarded.read(),
      refused: reasons.refused.read(),
    }),
  }
}
