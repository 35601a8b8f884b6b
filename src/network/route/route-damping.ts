import type { SchedulerLike } from 'rxjs'
import type { FlappingLimits } from './routing-limits.js'

/** How often a route changed its next router of late. */
export interface Moves {
  /** When it did, the oldest first; never more than may be. */
  times: readonly number[]
  /** Until when it is held. */
  heldUntil: number
}

/** Of a route that never changed. */
export const noMoves = (): Moves => ({ times: [], heldUntil: 0 })

/**
 * Whether a route may change its next router now: `held` where it did too often (section 6 of the protocol notes), and
 * `held from now on` the first time. What may change is counted as having changed.
 */
export const routeDamping =
  ({ changes, window, hold }: FlappingLimits, scheduler: Pick<SchedulerLike, 'now'>) =>
  (moves: Moves): 'may change' | 'held' | 'held from now on' => {
    const now = scheduler.now()
    if (now < moves.heldUntil) return 'held'
    const recent = moves.times.filter(time => now < time + window)
    if (recent.length < changes) {
      moves.times = [...recent, now]
      return 'may change'
    }
    moves.times = []
    moves.heldUntil = now + hold
    return 'held from now on'
  }
