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

/** What was gathered of one reason and party since it was last told. */
interface Window {
  count: number
  timer: Subscription
}

/** A ledger that tells the first drop of a reason and party at once, and gathers further ones for a second each. */
export const dropLedger = (scheduler: SchedulerLike, tell: (event: DroppedEvent) => void): DropLedger => {
  const totals: Partial<Record<HubDropReason, number>> = {}
  const windows = new Map<string, Window>()

  return {
    note: (reason, from, to) => {
      totals[reason] = (totals[reason] ?? 0) + 1
      const key = `${reason} ${from ?? ''} ${to ?? ''}`
      const known = windows.get(key)
      if (known !== undefined) {
        known.count++
        return
      }
      const turn = (): void => {
        if (window.count === 0) {
          windows.delete(key)
          return
        }
        const { count } = window
        window.count = 0
        window.timer = scheduler.schedule(turn, WINDOW_MS)
        tell({ _tag: 'Dropped', reason, from, to, count })
      }
      const window: Window = { count: 0, timer: scheduler.schedule(turn, WINDOW_MS) }
      windows.set(key, window)
      tell({ _tag: 'Dropped', reason, from, to, count: 1 })
    },
    totals: () => ({ ...totals }),
    close: () => {
      for (const { timer } of windows.values()) timer.unsubscribe()
    },
  }
}
