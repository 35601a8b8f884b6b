import type { SchedulerLike } from 'rxjs'
import { seconds } from '../../values/duration.js'
import type { Random } from '../../values/random.js'
import { sourceOf } from './source.js'
import type { HeardNpdu } from './transit.js'

/** Global broadcasts that passed here a moment ago. */
export interface PassedBroadcasts {
  /** Whether it has passed here before, with more hops to go: a loop has brought it back. Notes it where it has not. */
  readonly isBack: (heard: HeardNpdu) => boolean
}

/** How long a round may take. What a station says again within that time comes with the hop count that it had before. */
const ROUND = seconds(2)

/** The most that are remembered; of more, the one that is remembered for the longest time is forgotten. */
const MAX_REMEMBERED = 1024

/** Nothing has passed yet. Chance makes sure that nobody can say something else that is taken for the same. */
export const passedBroadcasts = (
  scheduler: Pick<SchedulerLike, 'now'>,
  random: Pick<Random, 'fraction'>,
): PassedBroadcasts => {
  const seed = Math.floor(random.fraction() * 2 ** 32)
  const passed = new Map<string, { readonly hopCount: number; readonly at: number }>()

  return {
    isBack: heard => {
      const { network, mac } = sourceOf(heard)
      const key = `${network} ${mac} ${digest(heard, seed)}`
      const { hopCount } = heard.npci
      const at = scheduler.now()
      const before = passed.get(key)
      if (before !== undefined && before.hopCount > hopCount && at < before.at + ROUND) return true
      passed.delete(key)
      passed.set(key, { hopCount, at })
      const [oldest] = passed.keys()
      if (passed.size > MAX_REMEMBERED && oldest !== undefined) passed.delete(oldest)
      return false
    },
  }
}

/** A number for what is behind the header. Two that share it, of one station at one time, are as good as never seen. */
const digest = ({ npdu, npci: { end } }: HeardNpdu, seed: number): number => {
  let sum = seed ^ (npdu.length - end)
  for (let at = end; at < npdu.length; at++) sum = Math.imul(sum ^ (npdu[at] ?? 0), 0x01000193)
  return sum >>> 0
}
