import { seconds, type Duration } from '../../values/duration.js'

/** What crosses with a message is not confirmed by it; a way there and back takes no longer than this, as a rule. */
export const CROSSING: Duration = seconds(1)

/**
 * How many messages were sent since a peer was last heard, or shortly before that: within `CROSSING` at least, and within
 * less than three times that. They are counted by spans of that length, of which the latest two are known. Its counts change
 * in place: they are on the path of every frame.
 */
export interface Unconfirmed {
  count: number
  /** When the latest span began, and what was sent in it, and in the one just before it. */
  began: number
  latest: number
  before: number
}

/** Nothing has been sent yet. */
export const noneUnconfirmed = (): Unconfirmed => ({ count: 0, began: -Infinity, latest: 0, before: 0 })

/** Notes that a message was sent. */
export const noteSent = (unconfirmed: Unconfirmed, now: number): void => {
  turn(unconfirmed, now)
  unconfirmed.latest++
  unconfirmed.count++
}

/** Notes that the peer was heard, whatever it said. */
export const noteHeard = (unconfirmed: Unconfirmed, now: number): void => {
  turn(unconfirmed, now)
  unconfirmed.count = Math.min(unconfirmed.count, unconfirmed.latest + unconfirmed.before)
}

const turn = (unconfirmed: Unconfirmed, now: number): void => {
  const { began, latest } = unconfirmed
  // A clock that is set back would have everything be of one span until it is where it was.
  if (now >= began && now < began + CROSSING) return
  unconfirmed.before = now < began + 2 * CROSSING ? latest : 0
  unconfirmed.latest = 0
  unconfirmed.began = now
}
