import type { SchedulerLike } from 'rxjs'
import { MAX_BVLC_LENGTH } from '../../wire/bvlc-sc.js'
import { forwardFrame } from '../../wire/hub-header.js'
import type { WebSocketFrame } from '../../wire/web-socket-frame.js'
import { noteSent } from '../connection/unconfirmed.js'
import { broadcastBudget } from './broadcast-budget.js'
import type { DropLedger } from './hub-drops.js'
import type { HubDropReason } from './hub-event.js'
import { fits, npduLength } from './hub-forward.js'
import type { HubTable, Member } from './hub-table.js'
import type { HubLimits } from './hub-limits.js'

/** The writing end of a hub's data path. */
export interface Delivery {
  /** Passes a message that came just now on to one member. */
  readonly toOne: (message: Uint8Array, sender: Member, to: Member, now: number) => void
  /** Passes a message that came just now on to all members but its sender, within the budget: framed once, written to each. */
  readonly toAll: (message: Uint8Array, sender: Member, now: number) => void
  /** Counts a message that goes nowhere; `from` or `to` is the party at fault. */
  readonly drop: (reason: HubDropReason, from: Member | undefined, to?: Member) => void
  /** Whether a member reads fast enough to be sent more; one that stays too slow for the stuck limit is cut. */
  readonly hasRoom: (to: Member) => boolean
  /** Messages written since the start. */
  readonly sent: () => number
}

/** What the writing end needs. */
export interface DeliveryOptions {
  readonly table: HubTable
  readonly drops: DropLedger
  readonly limits: HubLimits
  readonly allocate: (length: number) => Uint8Array
  /** Ends the connection of a member that stopped reading. */
  readonly cut: (stuck: Member) => void
  readonly scheduler: SchedulerLike
}

/** The writing end of a hub's data path: nobody waits for a slow receiver, and nothing is dropped uncounted. */
export const delivery = ({ table, drops, limits, allocate, cut, scheduler }: DeliveryOptions): Delivery => {
  const overBudget = broadcastBudget(limits, scheduler)
  let sent = 0

  const drop = (reason: HubDropReason, from: Member | undefined, to?: Member): void => {
    if (from !== undefined) from.dropped++
    if (to !== undefined) to.dropped++
    drops.note(reason, from?.identity.vmac, to?.identity.vmac, (from ?? to)?.socket.address)
  }

  const write = (frame: WebSocketFrame, npdu: number, to: Member, now: number): void => {
    const length = frame.octets.length - frame.start
    if (!fits(length, npdu, to)) {
      drop('longer than the destination takes', undefined, to)
    } else if (hasRoom(to)) {
      if (!to.socket.send(frame)) {
        drop('destination not connected', undefined, to)
        return
      }
      to.sent++
      noteSent(to.unconfirmed, now)
      if (length > to.longest) to.longest = length
      sent++
    }
  }

  const hasRoom = (to: Member): boolean => {
    if (to.socket.queued() <= limits.maxQueued) {
      to.fullSince = undefined
      return true
    }
    drop('receiver queue full', undefined, to)
    to.fullSince ??= scheduler.now()
    if (scheduler.now() - to.fullSince >= limits.stuckLimit) cut(to)
    return false
  }

  return {
    toOne: (message, sender, to, now) =>
      write(forwardFrame(message, sender.originator, false, allocate), npduLength(message), to, now),
    toAll: (message, sender, now) => {
      if (message.length + 6 > MAX_BVLC_LENGTH) {
        drop('longer than the hub takes', sender)
        return
      }
      const over = overBudget(sender, Math.max(table.byKey.size - 1, 0))
      if (over !== undefined) {
        drop(over, sender)
        return
      }
      const frame = forwardFrame(message, sender.originator, true, allocate)
      const npdu = npduLength(message)
      for (const to of table.byKey.values()) if (to !== sender) write(frame, npdu, to, now)
    },
    drop,
    hasRoom,
    sent: () => sent,
  }
}
