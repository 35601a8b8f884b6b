import { Subscription, type SchedulerLike } from 'rxjs'
import { ms, type Duration } from '../../values/duration.js'
import type { Member } from './hub-table.js'

/** Between one node and the next where nothing else is asked for: a thousand nodes are through in two minutes. */
export const RECONNECT_PACE: Duration = ms(100)

/** Sends nodes away in good order, one after the other, so that they come back with a new handshake. */
export interface Reconnecting {
  /** Starts with these, in place of those that are still left from the last time. */
  readonly start: (members: Iterable<Member>, pace: Duration) => void
  readonly close: () => void
}

/**
 * Who has come back meanwhile, or has left, is not sent away: `disconnect` says whether there was somebody. `done` hears
 * how many there were.
 */
export const reconnecting = (
  scheduler: SchedulerLike,
  disconnect: (member: Member) => boolean,
  done: (count: number) => void,
): Reconnecting => {
  let running = Subscription.EMPTY
  const start = (members: Iterable<Member>, pace: Duration): void => {
    running.unsubscribe()
    // Whoever hears of a node that was sent away may start anew or end the hub: then this series is over.
    const series = (running = new Subscription())
    const left = [...members]
    let count = 0
    const next = (): void => {
      for (let member = left.shift(); member !== undefined; member = left.shift()) {
        if (!disconnect(member)) continue
        count++
        if (!series.closed) series.add(scheduler.schedule(next, pace))
        return
      }
      done(count)
    }
    next()
  }
  return { start, close: () => running.unsubscribe() }
}
