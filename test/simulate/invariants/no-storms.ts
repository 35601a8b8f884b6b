import { bucket, type Bucket } from '../../../src/limits/pace.js'
import { hubLimits } from '../../../src/sc/hub/hub-limits.js'
import type { Plan, ScNetworkPlan } from '../plan/plan.js'
import { seatsOfBoxes } from '../world/member.js'
import { complaints, type Invariant } from './invariant.js'

/** What all of its nodes ask of a hub together, and what each of them does. */
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
        switch (fact._tag) {
          case 'Admitted': {
            now = fact.at
            const wrong = doors.get(fact.hub)?.enter(fact.uuid)
            if (wrong !== undefined) add(`${fact.uuid} ${wrong} ${fact.hub}, at ${fact.at} ms`)
            return
          }
          case 'Released':
            doors.get(fact.hub)?.leave(fact.uuid)
            return
          case 'Gone':
            doors.get(fact.host)?.restart()
            return
          default:
        }
      },
      broken: all,
    }
  },
}

/** Who comes and goes at a hub. */
interface Door {
  /** Says what is wrong with one that comes. */
  readonly enter: (uuid: string) => string | undefined
  readonly leave: (uuid: string) => void
  readonly restart: () => void
}

const doorOf = (plan: Plan, { number, seats }: ScNetworkPlan, clock: { readonly now: () => number }): Door => {
  const { arrivalsInTotal, replacementsPerUuid } = hubLimits({
    maxConnections: seats.length + seatsOfBoxes(plan, number).length,
  })
  const arrivals = bucket(arrivalsInTotal, clock)
  const replacements = new Map<string, Bucket>()
  /** Connections of each, those among them that are about to end. */
  const inside = new Map<string, number>()
  const count = (uuid: string): number => inside.get(uuid) ?? 0

  const replace = (uuid: string): boolean => {
    const own = replacements.get(uuid) ?? bucket(replacementsPerUuid, clock)
    replacements.set(uuid, own)
    return own.take()
  }

  return {
    enter: uuid => {
      const isReplaced = count(uuid) > 0
      inside.set(uuid, count(uuid) + 1)
      if (!arrivals.take()) return 'is one too many of those that connect to'
      return isReplaced && !replace(uuid) ? 'takes its own place too often at' : undefined
    },
    leave: uuid => void inside.set(uuid, Math.max(0, count(uuid) - 1)),
    restart: () => {
      inside.clear()
      replacements.clear()
    },
  }
}
