import { complaints, sees, type Invariant } from './invariant.js'

/** A host that is killed has lost all at once; one that ends in good order has said goodbye before it is looked at. */
export const nothingOutlives: Invariant = {
  name: 'nothing outlives its owner',
  states: 'Where a host went down or was ended, no timer is set, no socket is open and nothing is subscribed any more.',
  watch: () => {
    const { add, all } = complaints()
    return {
      ...sees(['Gone', 'Ended'], fact => {
        if (fact._tag === 'Gone') {
          if (fact.timers > 0) add(`${fact.host} left ${fact.timers} timers behind, at ${fact.at} ms`)
          if (fact.ears > 0) add(`${fact.host} left ${fact.ears} subscriptions behind, at ${fact.at} ms`)
          if (fact.open > 0) add(`${fact.host} left ${fact.open} sockets open, at ${fact.at} ms`)
          return
        }
        if (fact.timers > 0) add(`${fact.timers} timers are still set`)
        if (fact.open.length > 0) add(`these have not ended: ${fact.open.join(', ')}`)
      }),
      broken: all,
    }
  },
}
