import type { SchedulerLike } from 'rxjs'
import { budget, type Spent } from '../../limits/budget.js'
import { bucket, weakBuckets } from '../../limits/pace.js'
import type { HubDropReason } from './hub-event.js'
import type { HubLimits } from './hub-limits.js'

const REASONS = {
  'its own': 'sender broadcasts too much',
  'in total': 'too many broadcasts in total',
} as const satisfies Record<Spent, HubDropReason>

/** Says why a broadcast that makes that many copies is too much of its sender or of all; spends them when it is not. */
export type BroadcastBudget = (sender: object, copies: number) => HubDropReason | undefined

/**
 * What may be broadcast. Counted in copies, as one message to a thousand nodes is a thousand times the work: for the hub
 * and on the network. A unicast makes one copy and needs no budget. Nothing is kept of a sender that is gone.
 */
export const broadcastBudget = (
  { broadcastsPerSender, broadcastsInTotal }: Pick<HubLimits, 'broadcastsPerSender' | 'broadcastsInTotal'>,
  scheduler: Pick<SchedulerLike, 'now'>,
): BroadcastBudget => {
  const spend = budget<object>(weakBuckets(broadcastsPerSender, scheduler), bucket(broadcastsInTotal, scheduler))
  return (sender, copies) => {
    const spent = spend(sender, copies)
    return spent && REASONS[spent]
  }
}
