import type { SchedulerLike } from 'rxjs'
import { gathering } from './gathering.js'
import type { HubEvent } from './hub-event.js'
import { originOf } from './origin.js'

type RefusedEvent = HubEvent & { readonly _tag: 'Refused' }

/** Counts every connection that did not become a node, and tells of them at a bearable pace. */
export interface RefusalLedger {
  readonly note: (address: string, reason: string) => void
  readonly total: () => number
  /** By reason. */
  readonly totals: () => Readonly<Record<string, number>>
  readonly close: () => void
}

/** The most reasons that are counted apart: some have words of the peer in them. */
const MAX_REASONS = 64

/** Under which further reasons are counted, and told of when very many addresses are refused at once. */
const OTHER = 'other reasons'

/** A ledger that tells the first refusal of an origin and reason at once, and gathers further ones for a second each. */
export const refusalLedger = (scheduler: SchedulerLike, tell: (event: RefusedEvent) => void): RefusalLedger => {
  const totals = new Map<string, number>()
  let total = 0
  const { note, close } = gathering<Omit<RefusedEvent, 'count'>>(
    scheduler,
    (refused, count) => tell({ ...refused, count }),
    () => [OTHER, { _tag: 'Refused', address: 'many addresses', reason: OTHER }],
  )
  return {
    note: (address, reason) => {
      total++
      const known = totals.has(reason) || totals.size < MAX_REASONS ? reason : OTHER
      totals.set(known, (totals.get(known) ?? 0) + 1)
      note(`${originOf(address)} ${reason}`, { _tag: 'Refused', address, reason })
    },
    total: () => total,
    totals: () => Object.fromEntries(totals),
    close,
  }
}
