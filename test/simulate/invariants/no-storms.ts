import { bucket, type Bucket } from '../../../src/limits/pace.js'
import { hubLimits } from '../../../src/sc/hub/hub-limits.js'
import type { Plan, ScNetworkPlan } from '../plan/plan.js'
import { seatsOfBoxes } from '../world/member.js'
import { complaints, type Invariant } from './invariant.js'

/** What a hub is asked for by all of its nodes together, and by each of them. */
export const noStorms: Invariant = {
  name: 'no storms',
  states:
    'Nodes connect to a hub no faster than the pace of arrivals of a hub of its size, and take the place of their own ' +
    'living connection there no faster than the pace of replacements.',
  watch: plan => {
    let now = 0
    const clock = { now: () => now }
    const doors = new Map(
      plan.networks.flatMap(on =>
        on.kind === 'sc' ? on.hubs.map(hub => [hub, doorOf(plan, on, clock)] as const) : [],
      ),
    )
    const { add, all } = complaints()
    return {
      see: fact => {
        if (fact._tag === 'Gone') doors.get(fact.host)?.restart()
        if (fact._tag !== 'Serves') return
        now = fact.at
        const door = doors.get(fact.hub)
        if (!fact.isServed) {
          door?.leave(fact.vmac)
          return
        }
        const wrong = door?.enter(fact.vmac)
        if (wrong !== undefined) add(`${fact.vmac} ${wrong} ${fact.hub}, at ${fact.at} ms`)
      },
      broken: all,
    }
  },
}

/** Who comes and goes at a hub. */
interface Door {
  /** Says what is wrong with one that comes. */
  readonly enter: (vmac: string) => string | undefined
  readonly leave: (vmac: string) => void
  readonly restart: () => void
}

const doorOf = (plan: Plan, { number, seats }: ScNetworkPlan, clock: { readonly now: () => number }): Door => {
  const maxConnections = seats.length + seatsOfBoxes(plan, number).length
  const { arrivalsInTotal, replacementsPerUuid } = hubLimits({ maxConnections })
  const arrivals = bucket(arrivalsInTotal, clock)
  const replacements = new Map<string, Bucket>()
  const inside = new Set<string>()
  return {
    enter: vmac => {
      const isReplaced = inside.has(vmac)
      inside.add(vmac)
      if (!arrivals.take()) return 'is one too many of those that connect to'
      if (!isReplaced) return undefined
      const own = replacements.get(vmac) ?? bucket(replacementsPerUuid, clock)
      replacements.set(vmac, own)
      return own.take() ? undefined : 'replaces itself too often at'
    },
    leave: vmac => void inside.delete(vmac),
    restart: () => {
      inside.clear()
      replacements.clear()
    },
  }
}
