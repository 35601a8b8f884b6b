import { complaints, type Invariant } from './invariant.js'
import type { Submitted } from '../world/fact.js'

/** Privacy, and no loops. */
export const onlyForIt: Invariant = {
  name: 'only for it',
  states: 'No NPDU is delivered to a station that it was not for.',
  watch: () => {
    const sent = new Map<number, Submitted>()
    const { add, all } = complaints()
    return {
      see: fact => {
        if (fact._tag === 'Submitted') sent.set(fact.id, fact)
        if (fact._tag !== 'Delivered' || fact.id === undefined) return
        const what = sent.get(fact.id)
        if (what === undefined || what.due.has(fact.host) || what.may.has(fact.host)) return
        add(`${fact.host} heard ${what.addressing} NPDU ${fact.id} of ${what.by}, at ${fact.at} ms`)
      },
      broken: all,
    }
  },
}
