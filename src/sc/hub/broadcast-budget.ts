import type { SchedulerLike } from 'rxjs'
import type { HubDropReason } from './hub-event.js'
import type { HubLimits } from './hub-limits.js'
import { bucket, type Bucket } from '../../limits/pace.js'

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
  const inTotal = bucket(broadcastsInTotal, scheduler)
  const ofSender = new WeakMap<object, Bucket>()
  return (sender, copies) => {
    let own = ofSender.get(sender)
    if (own === undefined) {
      own = bucket(broadcastsPerSender, scheduler)
      ofSender.set(sender, own)
    }
    if (!own.has(copies)) return 'sender broadcasts too much'
    if (!inTotal.take(copies)) return 'too many broadcasts in total'
    own.take(copies)
    return undefined
  }
}
