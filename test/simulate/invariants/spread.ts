import { attemptsOf } from './attempts.js'
import { complaints, type Invariant } from './invariant.js'

/** Waits that chance can move by less than this say nothing about it. */
const ROOM_MS = 500

/** Waits are whole milliseconds. */
const ROUNDING = 1 / ROOM_MS

/** By bad luck, so many waits are farther from even in one of 10^15 runs (the inequality of Dvoretzky, Kiefer and Wolfowitz). */
const farthest = (waits: number): number => Math.sqrt(Math.log(2e15) / (2 * waits))

/** Nodes which lost their hub together must not come back together. */
export const spread: Invariant = {
  name: 'spread',
  states: 'The waits of nodes between their attempts lie evenly within what chance may make of each.',
  watch: plan => {
    /** Where each wait lies: from 0, the shortest that it could be, to 1. */
    const places: number[] = []
    /** Waits of which it is not known how long they would have been; those that were cut any earlier say nothing at all. */
    let unknown = 0
    const attempts = attemptsOf(plan, {
      waited: ({ lasted, least, most, isCut }) => {
        if (most - least < ROOM_MS || lasted < Math.floor(least) || lasted > Math.ceil(most)) return
        if (!isCut) places.push((lasted - least) / (most - least))
        else unknown++
      },
    })
    return {
      ...attempts,
      broken: () => {
        const { add, all } = complaints()
        const waits = places.length + unknown
        const distance = fromEven(places)
        // Wherever the unknown ones would have been, they change the share of any part by no more than their own.
        if (distance > farthest(waits) + unknown / waits + ROUNDING) {
          add(
            `${places.length} waits are off by ${Math.round(distance * 100)} % of them, with ${unknown} that were cut`,
          )
        }
        return all()
      },
    }
  },
}

/** How far, at most, the share of those up to a place is from that place. */
const fromEven = (places: readonly number[]): number =>
  [...places]
    .sort((one, other) => one - other)
    .reduce((most, place, index, { length }) => Math.max(most, place - index / length, (index + 1) / length - place), 0)
