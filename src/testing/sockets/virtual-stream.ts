import type { SchedulerLike, Subscription } from 'rxjs'
import { ABNORMAL } from '../../sc/connection/cause.js'
import type { Random } from '../../values/random.js'
import { messageDelay } from '../paths/impairment.js'
import type { Path, Paths } from '../paths/paths.js'
import type { MessageLoss } from './fate.js'
import { fifo } from './fifo.js'

/** What goes through a stream: a binary message, or without octets a Close frame; 1006 says that the sender is gone. */
export interface Parcel {
  readonly octets: Uint8Array | undefined
  readonly code: number
  /** Octets on the wire. */
  readonly size: number
  /** Who is told when it never left. */
  readonly lost: (() => void) | undefined
  /** When it was given to the sender. */
  readonly sentAt: number
  /** When it arrives, once it is on its way. */
  due: number
}

/** Between whom, and who is told what. */
export interface StreamOptions {
  readonly from: string
  readonly to: string
  readonly paths: Paths
  readonly scheduler: SchedulerLike
  readonly random: Random
  /** Octets of a Close frame. */
  readonly closeLength: number
  /** The receiving end takes what arrives. */
  readonly arrive: (parcel: Parcel) => void
  /** Nothing waits any more at the sender. */
  readonly left: () => void
  /** A message that was taken does not arrive. Tells who sent it when it still `waited` there. */
  readonly lose: (octets: Uint8Array, parcel: Parcel, reason: MessageLoss, waited: boolean) => void
}

/** One direction of a connection. */
export interface VirtualStream {
  readonly send: (octets: Uint8Array, size: number, lost?: () => void) => void
  /** Sends a Close frame, after all that was sent. */
  readonly close: (code: number) => void
  /** Octets that wait at the sender; what left at this instant too, as Node.js has it until the turn is over. */
  readonly queued: () => number
  /** Whether nothing waits at the sender, not even a Close frame. */
  readonly isClear: () => boolean
  /** The sender is gone: what waited is lost, what is on its way arrives, and then the news of it. */
  readonly vanish: () => void
  /** The receiver is gone: nothing arrives any more. */
  readonly deaf: () => void
  /** Nothing arrives any more, and nobody is told. */
  readonly mute: () => void
  /** The connection is no more. */
  readonly reset: () => void
}

/** What is on its way at most, in octets, before more waits at the sender: the greatest send buffer of Linux. */
export const MAX_ON_THE_WAY: number = 1 << 22

/** By so much at most, sums of parts of milliseconds are not what they should be. */
const INEXACT_MS = 1e-6

/**
 * One direction of a virtual connection, as TCP has it for an application: all arrives, in order, whatever the path does.
 * A blocked path holds what has not left; what has left already arrives. A slow path lets one message leave after the other;
 * when its rate changes, one that has begun to leave takes as long as if the new rate had been there before.
 * At most one timer for what arrives, and one for what leaves a slow path.
 */
export const virtualStream = (options: StreamOptions): VirtualStream => {
  const { from, to, paths, scheduler, random, closeLength, arrive, left, lose } = options
  const waiting = fifo<Parcel>()
  const onTheWay = fifo<Parcel>()
  let queued = 0
  /** Octets that left at that instant. */
  let justLeft = 0
  let leftAt = -Infinity
  let octetsOnTheWay = 0
  let latestDue = 0
  /** When the path began with the first that waits, in parts of milliseconds where it has a rate. */
  let began = 0
  let arriving: Subscription | undefined
  let delivering = false
  let leaving: Subscription | undefined
  let isHeld = false
  let changes: Subscription | undefined
  /** Why nothing arrives. */
  let sink: MessageLoss | undefined
  let senderGone = false

  const take = (parcel: Parcel): void => {
    if (waiting.size() === 0 && mayLeave(parcel)) return
    if (waiting.size() === 0) began = Math.max(began, scheduler.now())
    waiting.push(parcel)
    queued += parcel.size
    if (waiting.size() === 1) pump()
  }

  /** Lets it leave when nothing holds it, which is the way of nearly all. */
  const mayLeave = (parcel: Parcel): boolean => {
    if (octetsOnTheWay >= MAX_ON_THE_WAY) return false
    const path = paths.between(from, to)
    if (sink !== 'muted' && (!path.isOpen || path.rate !== Infinity)) return false
    leave(parcel, path)
    return true
  }

  const leave = (parcel: Parcel, path: Path): void => {
    const { octets, size } = parcel
    if (sink !== undefined) {
      if (sink === 'muted') octetsOnTheWay += size
      if (octets !== undefined) lose(octets, parcel, sink, false)
      return
    }
    const now = scheduler.now()
    justLeft = leftAt === now ? justLeft + size : size
    leftAt = now
    octetsOnTheWay += size
    latestDue = parcel.due = Math.max(latestDue, now + messageDelay(path, random))
    onTheWay.push(parcel)
    if (arriving === undefined && !delivering) awaitArrival()
  }

  const awaitArrival = (): void => {
    const first = onTheWay.first()
    if (first !== undefined) arriving = scheduler.schedule(deliver, Math.max(0, first.due - scheduler.now()))
  }

  /** What is due, and at least the first, whatever the clock says; not what is sent meanwhile. */
  const deliver = (): void => {
    const now = scheduler.now()
    arriving = undefined
    delivering = true
    for (let count = onTheWay.size(); count > 0; count--) {
      const parcel = onTheWay.shift()
      if (parcel === undefined) break
      octetsOnTheWay -= parcel.size
      arrive(parcel)
      const next = onTheWay.first()
      if (next === undefined || next.due > now) break
    }
    delivering = false
    awaitArrival()
    if (waiting.size() > 0) pump()
  }

  /** Lets go what may leave by now, and sees to it that the rest is thought of. */
  const pump = (): void => {
    leaving?.unsubscribe()
    leaving = undefined
    for (let first = waiting.first(); first !== undefined; first = waiting.first()) {
      const path = paths.between(from, to)
      const now = scheduler.now()
      if (isHeld) began = now
      isHeld = sink !== 'muted' && !path.isOpen
      if (isHeld || octetsOnTheWay >= MAX_ON_THE_WAY) break
      const wholeAt = sink === 'muted' ? now : began + (first.size * 1000) / path.rate
      if (wholeAt > now + INEXACT_MS) {
        leaving = scheduler.schedule(pump, Math.ceil(wholeAt - now - INEXACT_MS))
        break
      }
      // A timer comes up to a millisecond late; more than that is no time in which the path could have done more.
      began = Math.max(wholeAt, now - 1)
      waiting.shift()
      queued -= first.size
      leave(first, path)
    }
    if (waiting.size() > 0) {
      changes ??= paths.changed$.subscribe(pump)
      return
    }
    rest()
    left()
  }

  const rest = (): void => {
    changes?.unsubscribe()
    changes = undefined
    leaving?.unsubscribe()
    leaving = undefined
  }

  const dropWaiting = (reason: MessageLoss): void => {
    rest()
    queued = 0
    for (const parcel of waiting.drain()) if (parcel.octets !== undefined) lose(parcel.octets, parcel, reason, true)
  }

  const dropOnTheWay = (reason: MessageLoss): void => {
    arriving?.unsubscribe()
    arriving = undefined
    for (const parcel of onTheWay.drain()) if (parcel.octets !== undefined) lose(parcel.octets, parcel, reason, false)
  }

  const parcel = (octets: Uint8Array | undefined, code: number, size: number, lost?: () => void): Parcel => ({
    octets,
    code,
    size,
    lost,
    sentAt: scheduler.now(),
    due: 0,
  })

  const end = (code: number, size: number): void => take(parcel(undefined, code, size))

  return {
    send: (octets, size, lost) => take(parcel(octets, 0, size, lost)),
    close: code => end(code, closeLength),
    queued: () => (leftAt === scheduler.now() ? queued + justLeft : queued),
    isClear: () => waiting.size() === 0,
    vanish: () => {
      if (senderGone) return
      senderGone = true
      dropWaiting('sender ended')
      if (sink === undefined) end(ABNORMAL, 0)
    },
    deaf: () => {
      sink ??= 'receiver ended'
      octetsOnTheWay = sink === 'muted' ? octetsOnTheWay : 0
      dropOnTheWay(sink)
      if (senderGone) dropWaiting(sink)
    },
    mute: () => {
      sink = 'muted'
      dropOnTheWay(sink)
      if (waiting.size() > 0) pump()
    },
    reset: () => {
      sink = 'cut'
      senderGone = true
      dropOnTheWay(sink)
      dropWaiting(sink)
    },
  }
}
