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
    unsent: new Map<string, number>(),
    dropped: new Map<string, number>(),
    discarded: new Map<string, number>(),
    refused: new Map<string, number>(),
  }
  return {
    counts,
    countReason: (what, reason) => {
      reasons[what].set(reason, (reasons[what].get(reason) ?? 0) + 1)
    },
    read: () => ({
      ...counts,
      unsent: Object.fromEntries(reasons.unsent),
      dropped: Object.fromEntries(reasons.dropped),
      discarded: Object.fromEntries(reasons.discarded),
      refused: Object.fromEntries(reasons.refused),
    }),
  }
}
