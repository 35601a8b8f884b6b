import type { Plan, Seat } from '../plan/plan.js'
import type { Stands } from '../world/fact.js'
import { membersOf } from '../world/member.js'
import { complaints, sees, type Invariant } from './invariant.js'

/** How long everything may take is in the plan: a dead connection has to be found out, then comes the longest wait. */
export const reconnected: Invariant = {
  name: 'reconnected',
  states:
    'After the faults, everything is connected again within the backoff bound, nodes to their primary hub, and stays so.',
  watch: plan => {
    const stands = new Map<string, Stands>()
    const primaries = new Map(
      plan.networks.map(network => [network.number, network.kind === 'sc' ? network.hubs[0] : undefined]),
    )
    let isCalm = false
    const { add, all } = complaints()
    const seatsOf = (kind: (seat: Seat) => boolean) => seatsWhere(plan, kind)
    return {
      ...sees(['Stands', 'Phase'], fact => {
        if (fact._tag === 'Stands') {
          stands.set(`${fact.host} ${fact.network}`, fact)
          if (isCalm && !fact.isUp) add(`${fact.host} lost network ${fact.network} in the calm, at ${fact.at} ms`)
        }
        if (fact._tag !== 'Phase') return
        isCalm = fact.phase === 'calm'
        if (!isCalm) return
        for (const { host, network } of seatsOf(() => true)) {
          const standing = stands.get(`${host} ${network}`)
          const primary = primaries.get(network)
          if (standing?.isUp !== true) add(`${host} is not back on network ${network}`)
          else if (primary !== undefined && standing.through !== primary) add(`${host} is not back on ${primary}`)
        }
      }),
      broken: all,
    }
  },
}

/** Where members sit, of some kind. */
export const seatsWhere = (plan: Plan, isKind: (seat: Seat) => boolean): readonly Seat[] =>
  membersOf(plan).flatMap(({ seats }) => seats.filter(isKind))
