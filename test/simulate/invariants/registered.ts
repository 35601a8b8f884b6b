import type { Stands } from '../world/fact.js'
import { complaints, sees, type Invariant } from './invariant.js'
import { seatsWhere } from './reconnected.js'

/** What BBMDs say of their foreign devices. */
export const registered: Invariant = {
  name: 'registered',
  states: 'After the faults, every foreign device is registered again, and its BBMD has it.',
  watch: plan => {
    const foreign = seatsWhere(plan, seat => seat.kind !== 'sc' && seat.role === 'foreign')
    const stands = new Map<string, Stands>()
    const members = new Map<string, readonly string[]>()
    const { add, all } = complaints()
    let isCalm = false
    return {
      ...sees(['Stands', 'Phase', 'Listed'], fact => {
        if (fact._tag === 'Stands') stands.set(`${fact.host} ${fact.network}`, fact)
        if (fact._tag === 'Phase') isCalm = fact.phase === 'calm'
        if (isCalm && fact._tag === 'Listed') members.set(`${fact.host} ${fact.network}`, fact.members)
        if (fact._tag !== 'Phase' || fact.phase !== 'farewell') return
        for (const seat of foreign) {
          const { isUp = false, address = 'nowhere' } = stands.get(`${seat.host} ${seat.network}`) ?? {}
          const having = [...members].filter(([key, all]) => key.endsWith(` ${seat.network}`) && all.includes(address))
          if (!isUp) add(`${seat.host} is not registered`)
          if (having.length === 0) add(`no BBMD has ${seat.host} (${address})`)
        }
      }),
      broken: all,
    }
  },
}
