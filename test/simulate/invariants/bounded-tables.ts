import { complaints, sees, type Invariant } from './invariant.js'

/** Tables are sampled now and then, and when a fault has begun or ended; and their bounds are so low that they are reached. */
export const boundedTables: Invariant = {
  name: 'bounded tables',
  states: 'No table and no queue is ever longer than its bound.',
  watch: () => {
    const { add, all } = complaints()
    return {
      ...sees(['Sampled'], fact => {
        if (fact.size <= fact.bound) return
        add(`${fact.table} of ${fact.host} had ${fact.size}, of ${fact.bound} at most, at ${fact.at} ms`)
      }),
      broken: all,
    }
  },
}
