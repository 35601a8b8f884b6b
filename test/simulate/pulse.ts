import type { VirtualClock } from '../../src/testing/index.js'
import { seconds } from '../../src/values/duration.js'
import type { Plan } from './plan/plan.js'
import { membersOf } from './world/member.js'

/** In so much time, not so many things happen to each member, times the number of those who may hear it. */
const SPAN = seconds(60)
const MOST_OF_EACH = 200
const MOST_AT_LEAST = 100_000

/**
 * Notices when NPDUs go round and round, ever more of them: called for each thing that happens, it ends a run that would come
 * to no end. Thrown is it by the clock, as what a subscriber throws ends nothing.
 */
export const pulseOf = (plan: Plan, clock: VirtualClock): (() => void) => {
  const members = membersOf(plan).length
  const most = Math.max(MOST_AT_LEAST, MOST_OF_EACH * members * members)
  let began = 0
  let count = 0
  return () => {
    const now = clock.now()
    if (now >= began + SPAN) [began, count] = [now, 0]
    if (++count !== most) return
    clock.schedule(() => {
      throw new Error(`${most} things have happened within ${(now - began) / 1000} s: something goes round and round`)
    })
  }
}
