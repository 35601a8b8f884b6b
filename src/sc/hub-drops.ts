import type { SchedulerLike, Subscription } from 'rxjs'
import type { Vmac } from '../values/vmac.js'
import type { HubDropReason, HubEvent } from './hub-event.js'

type DroppedEvent = HubEvent & { readonly _tag: 'Dropped' }

/** Counts every drop, and tells of them at a bearable pace. */
export interface DropLedger {
  /** Notes one drop; `from` or `to` is the party at fault. */
  readonly note: (reason: HubDropReason, from: Vmac | undefined, to?: Vmac) => void
  readonly totals: () => Readonly<Partial<Record<HubDropReason, number>>>
  readonly close: () => void
}

/** How long drops are gathered after one was told. A flood must not become a flood of events. */
const WINDOW_MS = 1000

/** A ledger that tells the first drop of a reason and party at once, and gathers further ones for a second. */
export const dropLedger = (scheduler: SchedulerLike, tell: (event: DroppedEvent) => void): DropLedger => {
  const totals: Partial<Record<HubDropReason, number>> = {}
  const gathered = new Map<string, DroppedEvent>()
  let window: Subscription | undefined

  const turnWindow = (): void => {
    const due = [...gathered.values()].filter(({ count }) => count > 0)
    gathered.clear()
    for (const event of due) {
      gathered.set(keyOf(event.reason, event.from, event.to), { ...event, count: 0 })
      tell(event)
    }
    window = due.length > 0 ? scheduler.schedule(turnWindow, WINDOW_MS) : undefined
  }

  return {
    note: (reason, from, to) => {
      totals[reason] = (totals[reason] ?? 0) + 1
      const key = keyOf(reason, from, to)
      const known = gathered.get(key)
      gathered.set(key, { _tag: 'Dropped', reason, from, to, count: known === undefined ? 0 : known.count + 1 })
      if (known === undefined) tell({ _tag: 'Dropped', reason, from, to, count: 1 })
      window ??= scheduler.schedule(turnWindow, WINDOW_MS)
    },
    totals: () => ({ ...totals }),
    close: () => window?.unsubscribe(),
  }
}

const keyOf = (reason: HubDropReason, from: Vmac | undefined, to: Vmac | undefined): string =>
  `${reason} ${from ?? ''} ${to ?? ''}`
