import type { Plan } from '../plan/plan.js'
import { membersOf } from './member.js'

/** How many boxes an NPDU of a host has passed where it is on a network: networks make a tree, so that there is one way. */
export const boxesPassed = (plan: Plan): ((from: string, network: number) => number | undefined) => {
  const passed = new Map(
    membersOf(plan).map(({ host, seats }) => [
      host,
      distances(
        plan,
        seats.map(({ network }) => network),
      ),
    ]),
  )
  return (from, network) => passed.get(from)?.get(network)
}

const distances = ({ boxes }: Plan, starts: readonly number[]): ReadonlyMap<number, number> => {
  const found = new Map(starts.map(network => [network, 0]))
  // What is found is looked through as well, in its turn.
  for (const [network, distance] of found) {
    for (const { seats } of boxes) {
      if (!seats.some(seat => seat.network === network)) continue
      for (const seat of seats) if (!found.has(seat.network)) found.set(seat.network, distance + 1)
    }
  }
  return found
}
