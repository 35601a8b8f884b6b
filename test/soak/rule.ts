import type { Marks, StationId } from './note.js'

/** An NPDU that was sent. */
export interface Sent extends Marks {
  readonly at: number
  /** Whether anybody got it. */
  readonly isHeard: boolean
}

/** Says for one network who must get what, and what excuses that somebody did not. */
export interface Rule {
  /** Those that a broadcast must reach. */
  readonly audience: (sent: Sent) => readonly StationId[]
  /** Why one of them, or the receiver of a unicast, could not get it, where the sender was not told; if there is a reason. */
  readonly excuse: (sent: Sent, receiver: StationId) => string | undefined
  /** What is known of one that was lost, in words. */
  readonly context: (sent: Sent, receiver: StationId) => string
  /** Forgets what concerns only NPDUs sent before that. */
  readonly forget: (before: number) => void
}

/**
 * How long an NPDU may be on its way through processes that run. What hangs or stands still does not count: nothing moves
 * through it.
 * Nearly all take a few milliseconds; two hundred nodes that come back at once, to a machine that does other things too,
 * keep a hub busy for most of this.
 */
export const ON_ITS_WAY_MS = 2000

/** How long a hub gathers drops before it tells of them. */
export const GATHERED_MS = 1000
