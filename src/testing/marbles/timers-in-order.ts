import type { TestScheduler } from 'rxjs/testing'

/**
 * Keeps the timers of a scheduler in the order of their times, and those of one time in that in which they were set. RxJS
 * sorts them all whenever one is set; here the new one alone is put in its place, as the others are in order already.
 */
export const keepTimersInOrder = ({ actions }: TestScheduler): void => {
  actions.sort = () => {
    const added = actions.pop()
    if (added === undefined) return actions
    let [from, to] = [0, actions.length]
    while (from < to) {
      const middle = (from + to) >> 1
      if ((actions[middle]?.delay ?? 0) <= added.delay) from = middle + 1
      else to = middle
    }
    actions.splice(from, 0, added)
    return actions
  }
}
