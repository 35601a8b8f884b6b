import { complaints, type Invariant } from './invariant.js'

/** A restart of a host ends and begins everything on it: what it left behind shows at the end. */
export const nothingOutlives: Invariant = {
  name: 'nothing outlives its owner',
  states: 'When everything has been ended, no timer is set and nothing is subscribed any more.',
  watch: () => {
    const { add, all } = complaints()
    return {
      see: fact => {
        if (fact._tag !== 'Ended') return
        if (fact.timers > 0) add(`${fact.timers} timers are still set`)
        if (fact.open.length > 0) add(`these have not ended: ${fact.open.join(', ')}`)
      },
      broken: all,
    }
  },
}
