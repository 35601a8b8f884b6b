import { sendFrames } from './connection.js'
import type { Fleet } from './fleet.js'

/** Broadcasts at a fixed rate. */
export interface Pace {
  readonly perSecond: number
  readonly seconds: number
  /** How many receivers stop reading for good. */
  readonly stalled: number
}

/** What became of them. */
export interface PacedOutcome {
  readonly sent: number
  /** Messages that did not come to receivers that read. */
  readonly lost: number
  /** From the first to the last message received. */
  readonly seconds: number
}

const TICK_MS = 2
const LINGER_MS = 5_000

/** Sends broadcasts from connection 0 at that rate, then waits until all readers have all, or 5 s. */
export const broadcastPaced = (fleet: Fleet, { perSecond, seconds, stalled }: Pace): Promise<PacedOutcome> =>
  new Promise((resolve, reject) => {
    const [sender, ...receivers] = fleet.connections
    if (sender === undefined) {
      reject(new Error('a broadcast needs a sender'))
      return
    }
    const readers = receivers.slice(stalled)
    const total = perSecond * seconds
    const began = performance.now()
    let sent = 0
    let received = 0
    for (const { socket } of receivers.slice(0, stalled)) socket.pause()
    for (const reader of readers) {
      reader.onFrames = arrived => {
        received += arrived
        if (received === total * readers.length) finish()
      }
    }
    const finish = (): void => {
      clearInterval(tick)
      clearTimeout(limit)
      resolve({ sent, lost: sent * readers.length - received, seconds: (performance.now() - began) / 1000 })
    }
    const tick = setInterval(() => {
      const due = Math.min(total, Math.floor(((performance.now() - began) / 1000) * perSecond)) - sent
      sendFrames(sender, due)
      sent += due
    }, TICK_MS)
    const limit = setTimeout(finish, seconds * 1000 + LINGER_MS)
  })
