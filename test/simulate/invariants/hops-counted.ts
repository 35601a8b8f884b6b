import { FIRST_HOP_COUNT } from '../../../src/wire/npci.js'
import { boxesPassed } from '../world/boxes-passed.js'
import { complaints, sees, type Invariant } from './invariant.js'

/** What ends an NPDU in a loop; there is none here, so that nobody would miss it. */
export const hopsCounted: Invariant = {
  name: 'hops counted',
  states: 'The hop count of an NPDU is that of its beginning, less one for each box that it has passed.',
  watch: plan => {
    const passedOf = boxesPassed(plan)
    const senders = new Map<number, string>()
    const { add, all } = complaints()
    return {
      ...sees(['Submitted', 'Left'], fact => {
        if (fact._tag === 'Submitted') senders.set(fact.id, fact.by)
        if (fact._tag !== 'Left' || fact.hops === undefined) return
        const by = senders.get(fact.id)
        const passed = by === undefined ? undefined : passedOf(by, fact.network)
        if (passed === undefined || fact.hops === FIRST_HOP_COUNT - passed) return
        add(
          `NPDU ${fact.id} of ${by ?? 'nobody'} was on network ${fact.network} with hop count ${fact.hops}, ` +
            `having passed ${passed} boxes, at ${fact.at} ms`,
        )
      }),
      broken: all,
    }
  },
}
