import fc from 'fast-check'
import type { Kind } from './internetwork-hosts.js'
import { internetwork, type Internetwork, type LabNetwork, type LabNode } from './internetwork.js'

/*
 * Internetworks from a seed: each further network is joined to one that is there, by a port more of a router that has one
 * on it, or by another router. So there is one way between any two, and no loop.
 */

/** A network, how it is joined to an earlier one, and who is on it. */
interface Joined {
  readonly kind: Kind
  readonly to: number
  /** By a router that is there. */
  readonly isPort: boolean
  /** Stations, each of which knows the number of the network or not. */
  readonly stations: readonly boolean[]
}

/** What an internetwork is made of. */
export type InternetworkPlan = readonly Joined[]

/** Any internetwork of 2 to 8 networks without a loop. */
export const internetworkPlan = (): fc.Arbitrary<InternetworkPlan> =>
  fc.array(
    fc.record({
      kind: fc.constantFrom<Kind>('ip', 'ip6', 'sc'),
      to: fc.nat(7),
      isPort: fc.boolean(),
      stations: fc.array(fc.boolean(), { minLength: 1, maxLength: 2 }),
    }),
    { minLength: 2, maxLength: 8 },
  )

/** An internetwork that runs. */
export interface Built {
  readonly world: Internetwork
  readonly networks: readonly LabNetwork[]
  readonly routers: readonly LabNode[]
  readonly stations: readonly LabNode[]
}

/** Builds it, running. */
export const buildInternetwork = (plan: InternetworkPlan): Built => {
  const world = internetwork()
  const networks = plan.map(({ kind }, index) => world.network(kind, 100 * (index + 1)))
  const boxes: LabNetwork[][] = []
  plan.slice(1).forEach(({ to, isPort }, index) => {
    const network = networks[index + 1]
    const other = networks[to % (index + 1)]
    if (network === undefined || other === undefined) return
    const box = isPort ? boxes.find(ports => ports.includes(other)) : undefined
    if (box === undefined) boxes.push([other, network])
    else box.push(network)
  })
  const routers = boxes.map((ports, index) => world.router(`router ${index + 1}`, ports))
  const stations = plan.flatMap(({ stations: knowing }, index) =>
    knowing.map((knows, host) => {
      const on = networks[index] as LabNetwork
      return world.station(`station ${on.number}-${host}`, knows ? on : { on, as: undefined })
    }),
  )
  return { world, networks, routers, stations }
}
