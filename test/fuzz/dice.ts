import { fixedRandom } from '../../src/testing/index.js'
import type { Random } from '../../src/values/random.js'

/** Chance that is the same for the same seed. */
export interface Dice extends Random {
  /** A whole number from 0 to below `sides`. */
  readonly below: (sides: number) => number
  readonly pick: <A>(list: readonly A[]) => A
  /** True once in so many times, about. */
  readonly onceIn: (times: number) => boolean
}

/** Dice of one seed; each part of a run has dice of its own. */
export const dice = (seed: number): Dice => {
  const random = fixedRandom(seed)
  const below = (sides: number): number => Math.floor(random.fraction() * sides)
  return {
    ...random,
    below,
    pick: list => {
      const picked = list[below(list.length)]
      if (picked === undefined) throw new Error('there is nothing to pick')
      return picked
    },
    onceIn: times => below(times) === 0,
  }
}
