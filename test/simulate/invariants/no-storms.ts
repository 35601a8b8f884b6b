import { seconds } from '../../../src/values/duration.js'
import type { Plan, ScNetworkPlan } from '../plan/plan.js'
import { firstFrom } from '../world/first-from.js'
import { seatsOfBoxes } from '../world/member.js'
import { complaints, sees, type Invariant } from './invariant.js'

/** In ten seconds each node comes so often at most, where all come behind one address: after a restart, and once more. */
const MOST_FOR_EACH = 4

/** As many nodes as this any hub has room for. */
const FEW = 100

/** In a minute: eight at once, and then one in ten seconds. */
const MOST_REPLACEMENTS = 14

/** What all of its nodes ask of a hub together, and what each of them does. */
export const noStorms: Invariant = {
  name: 'no storms',
  states:
    'In ten seconds no more nodes connect to a hub than four times as many as it has, and in a minute none takes the place ' +
    'of its own living connection there more than 14 times.',
  watch: plan => {
    const doors = new Map(
      plan.networks.flatMap(on => (on.kind === 'sc' ? on.hubs.map(hub => [hub, doorOf(plan, on)] as const) : [])),
    )
    const { add, all } = complaints()
    return {
      ...sees(['Admitted', 'Released', 'Gone'], fact => {
        switch (fact._tag) {
          case 'Admitted': {
            const wrong = doors.get(fact.hub)?.enter(fact.uuid, fact.at)
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
      }),
      broken: all,
    }
  },
}

/** Who comes and goes at a hub. */
interface Door {
  /** Says what is wrong with one that comes. */
  readonly enter: (uuid: string, at: number) => string | undefined
  readonly leave: (uuid: string) => void
  readonly restart: () => void
}

const doorOf = (plan: Plan, { number, seats }: ScNetworkPlan): Door => {
  const most = MOST_FOR_EACH * Math.max(FEW, seats.length + seatsOfBoxes(plan, number).length)
  let arrivals: number[] = []
  const replacements = new Map<string, readonly number[]>()
  /** Connections of each, those among them that are about to end. */
  const inside = new Map<string, number>()
  const count = (uuid: string): number => inside.get(uuid) ?? 0

  const replace = (uuid: string, at: number): boolean => {
    const latest = [...since(replacements.get(uuid) ?? [], at - seconds(60)), at]
    replacements.set(uuid, latest)
    return latest.length <= MOST_REPLACEMENTS
  }

  return {
    enter: (uuid, at) => {
      const isReplaced = count(uuid) > 0
      inside.set(uuid, count(uuid) + 1)
      arrivals.push(at)
      if (arrivals.length > most) arrivals = since(arrivals, at - seconds(10))
      if (arrivals.length > most) return 'is one too many of those that connect to'
      return isReplaced && !replace(uuid, at) ? 'takes its own place too often at' : undefined
    },
    leave: uuid => void inside.set(uuid, Math.max(0, count(uuid) - 1)),
    restart: () => {
      arrivals = []
      inside.clear()
      replacements.clear()
    },
  }
}

const since = (times: readonly number[], from: number): number[] => times.slice(firstFrom(times, from, at => at))
