import type { Submitted } from '../world/fact.js'
import { complaints, sees, type Invariant } from './invariant.js'

/** No excuse counts any more. */
export const calm: Invariant = {
  name: 'calm',
  states: 'Once all has recovered, every NPDU is delivered to everybody that it is for, once.',
  watch: () => {
    const sent: Submitted[] = []
    const heard = new Set<string>()
    let isCalm = false
    return {
      ...sees(['Phase', 'Submitted', 'Delivered'], fact => {
        if (fact._tag === 'Phase') isCalm = fact.phase === 'calm'
        if (isCalm && fact._tag === 'Submitted') sent.push(fact)
        if (isCalm && fact._tag === 'Delivered') heard.add(`${fact.id} ${fact.host}`)
      }),
      broken: () => {
        const { add, all } = complaints()
        for (const { id, by, addressing, due } of sent) {
          for (const host of due) {
            if (!heard.has(`${id} ${host}`)) add(`${host} did not hear ${addressing} NPDU ${id} of ${by}`)
          }
        }
        return all()
      },
    }
  },
}
