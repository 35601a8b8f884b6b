import type { SchedulerLike } from 'rxjs'
import type { Vmac } from '../../values/vmac.js'
import { gathering } from '../../limits/gathering.js'
import type { HubDropReason, HubEvent } from './hub-event.js'

type DroppedEvent = HubEvent & { readonly _tag: 'Dropped' }

/** Counts every drop, and tells of them at a bearable pace. */
export interface DropLedger {
  /** Notes one drop; `from` or `to` is the party at fault, and `address` where it is connected from. */
  readonly note: (reason: HubDropReason, from: Vmac | undefined, to?: Vmac, address?: string) => void
  readonly totals: () => Readonly<Partial<Record<HubDropReason, number>>>
  /** Tells at once what is gathered. */
  readonly flush: () => void
  readonly close: () => void
}

/** A ledger that tells the first drop of a reason and party at once, and gathers further ones for a second each. */
export const dropLedger = (scheduler: SchedulerLike, tell: (event: DroppedEvent) => void): DropLedger => {
  const totals: Partial<Record<HubDropReason, number>> = {}
  const { note, flush, close } = gathering<Omit<DroppedEvent, 'count'>>(
    scheduler,
    (dropped, count) => tell({ ...dropped, count }),
    ({ reason }) => [reason, { _tag: 'Dropped', reason, from: undefined, to: undefined, address: undefined }],
  )
  return {
    note: (reason, from, to, address) => {
      totals[reason] = (totals[reason] ?? 0) + 1
      note(`${reason} ${from ?? ''} ${to ?? ''} ${address ?? ''}`, { _tag: 'Dropped', reason, from, to, address })
    },
    totals: () => ({ ...totals }),
    flush,
    close,
  }
}
