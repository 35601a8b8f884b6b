import { directory } from '../world/directory.js'
import { seatsOfBoxes } from '../world/member.js'
import { complaints, sees, type Invariant } from './invariant.js'

/** What hubs say of their nodes, against what nodes say of their hubs. */
export const oneHub: Invariant = {
  name: 'one hub connection',
  states: 'In the calm, exactly one hub has each node, and it is the one that the node uses.',
  watch: plan => {
    const through = new Map<string, string | undefined>()
    const { note, macOn } = directory(plan)
    const listed = new Map<string, readonly string[]>()
    const { add, all } = complaints()
    let isCalm = false
    const look = (): void => {
      for (const network of plan.networks) {
        if (network.kind !== 'sc' || network.hubs.some(hub => !listed.has(hub))) continue
        for (const seat of [...network.seats, ...seatsOfBoxes(plan, network.number)]) {
          const having = network.hubs.filter(
            hub => listed.get(hub)?.includes(macOn(seat.host, seat.network) ?? '') === true,
          )
          const used = through.get(`${seat.host} ${seat.network}`)
          if (having.length !== 1 || having[0] !== used) {
            add(`${seat.host} uses ${used ?? 'no hub'}, and these have it: ${having.join(' and ') || 'none'}`)
          }
        }
      }
      listed.clear()
    }
    return {
      ...sees(['Stands', 'Phase', 'Listed'], fact => {
        if (fact._tag === 'Stands') {
          through.set(`${fact.host} ${fact.network}`, fact.through)
          note(fact)
        }
        if (fact._tag === 'Phase') isCalm = fact.phase === 'calm'
        if (isCalm && fact._tag === 'Listed') {
          listed.set(fact.host, fact.members)
          if (plan.networks.every(network => network.kind !== 'sc' || network.hubs.every(hub => listed.has(hub))))
            look()
        }
      }),
      broken: all,
    }
  },
}
