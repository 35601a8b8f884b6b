import { seconds } from '../../values/duration.js'

/** What crosses with a message is not confirmed by it; a way there and back takes no longer than this, as a rule. */
export const CROSSING = seconds(1)

/** How many of the messages sent to a peer it may not have read. */
export interface Unconfirmed {
  readonly sent: (now: number) => void
  readonly heard: (now: number) => void
  readonly count: () => number
}

/**
 * Counts the messages sent since the peer was last heard, and those sent shortly before that: for `CROSSING` at least, and
 * for less than three times that. They are counted by spans of that length, of which the latest two are known.
 */
export const unconfirmed = (): Unconfirmed => {
  let all = 0
  let began = -Infinity
  let latest = 0
  let before = 0
  const turn = (now: number): void => {
    if (now < began + CROSSING) return
    before = now < began + 2 * CROSSING ? latest : 0
    latest = 0
    began = now
  }
  return {
    sent: now => {
      turn(now)
      latest++
      all++
    },
    heard: now => {
      turn(now)
      all = Math.min(all, latest + before)
    },
    count: () => all,
  }
}
