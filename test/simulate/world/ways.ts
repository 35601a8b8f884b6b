import type { Plan } from '../plan/plan.js'
import { membersOf } from './member.js'

/** One network on the way from a sender to a receiver: who hands an NPDU to whom there. */
export interface Hop {
  readonly network: number
  readonly from: string
  readonly to: string
}

/** The ways between hosts; as networks make a tree, there is one from each to each. */
export const waysOf = (plan: Plan): ((from: string, to: string) => readonly Hop[]) => {
  const seats = new Map(membersOf(plan).map(({ host, seats: sat }) => [host, sat.map(({ network }) => network)]))
  const between = new Map<string, readonly string[]>()

  /** The boxes from one network to another. */
  const boxesBetween = (from: number, to: number): readonly string[] | undefined => {
    const key = `${from} ${to}`
    const known = between.get(key)
    if (known !== undefined) return known
    const found = search(plan, from, to, [])
    if (found !== undefined) between.set(key, found)
    return found
  }

  return (from, to) => {
    const starts = seats.get(from) ?? []
    const ends = seats.get(to) ?? []
    // A box is on two networks, and takes the shorter way.
    const ways = starts.flatMap(start =>
      ends.flatMap(end => {
        const boxes = boxesBetween(start, end)
        return boxes === undefined || boxes.includes(from) || boxes.includes(to) ? [] : [{ start, boxes }]
      }),
    )
    const [shortest] = ways.sort((one, other) => one.boxes.length - other.boxes.length)
    if (shortest === undefined) throw new Error(`there is no way from ${from} to ${to}`)
    const hosts = [from, ...shortest.boxes, to]
    return hosts.slice(1).map((host, index): Hop => {
      const before = hosts[index] as string
      const network = (seats.get(before) ?? []).find(number => seats.get(host)?.includes(number))
      if (network === undefined) throw new Error(`${before} and ${host} are not on one network`)
      return { network, from: before, to: host }
    })
  }
}

const search = (plan: Plan, from: number, to: number, passed: readonly string[]): readonly string[] | undefined => {
  if (from === to) return []
  for (const { host, seats } of plan.boxes) {
    if (passed.includes(host) || !seats.some(({ network }) => network === from)) continue
    const other = seats.find(({ network }) => network !== from)
    const rest = other && search(plan, other.network, to, [...passed, host])
    if (rest !== undefined) return [host, ...rest]
  }
  return undefined
}
