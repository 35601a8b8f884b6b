import type { RouteChange } from '../../src/network/route/route-rows.js'
import { routingTable, type ConfiguredWay, type RoutingTable } from '../../src/network/route/routing-table.js'
import { routingLimits, type RoutingLimitOptions } from '../../src/network/route/routing-limits.js'
import type { Neighbour, Port } from '../../src/network/port/port.js'
import type { Route } from '../../src/network/route/route.js'
import { clock, type Clock } from '../machine/clock.js'
import type { Mac } from '../../src/values/mac.js'

/** A port that a test lets go up and down. */
export type TestPort = { -readonly [Key in keyof Port]: Port[Key] }

/** A port that is up, of a network whose number is not known. */
export const testPort = (id: number, isUp = true): TestPort => ({
  name: `p${id}`,
  id,
  macLength: 1,
  network: undefined,
  mac: 'fe' as Mac,
  maxNpduLength: 1497,
  isUp,
})

/** How a routing table is to be in a test. */
export interface RoutingLabOptions {
  readonly isRouter?: boolean
  readonly limits?: RoutingLimitOptions
  /** Hears each change after it was noted. */
  readonly tell?: (change: RouteChange, table: RoutingTable) => void
}

/** A routing table with three ports in virtual time; a neighbour is written as `1/a`, which is `a` on port 1. */
export interface RoutingLab extends RoutingTable, Clock {
  readonly ports: readonly TestPort[]
  readonly port: (id: number) => TestPort
  readonly via: (text: string) => Neighbour
  /** `20 via 1/a` */
  readonly way: (text: string) => ConfiguredWay
  /** What was told: `0 s: 20 via 1/a reachable, announced`, or `0 s: 20 flaps to 1/b`. */
  readonly told: string[]
  /** All routes: `20 via 1/a reachable, announced`. */
  readonly list: () => readonly string[]
}

const printRoute = ({ network, port, nextHop, origin }: Route, state: string): string =>
  `${network} via ${port.id}${nextHop === undefined ? '' : `/${nextHop}`} ${state}, ${origin}`

/** A routing table for a test, of a router unless it is said otherwise. */
export const routingLab = ({ isRouter = true, limits, tell }: RoutingLabOptions = {}): RoutingLab => {
  const time = clock()
  const { scheduler } = time
  const ports = [testPort(1), testPort(2), testPort(3)]
  const told: string[] = []
  const note = (text: string): void => void told.push(`${scheduler.now() / 1000} s: ${text}`)
  const port = (id: number): TestPort => ports[id - 1] ?? testPort(id)
  const via = (text: string): Neighbour => {
    const [id = '', mac = ''] = text.split('/')
    return { port: port(Number(id)), mac: mac as Mac }
  }
  const table = routingTable({
    isRouter,
    limits: routingLimits(limits),
    scheduler,
    tell: change => {
      note(printRoute(change.route, change.state))
      tell?.(change, table)
    },
    flapping: (network, { port: { id }, mac }) => note(`${network} flaps to ${id}/${mac}`),
  })
  return {
    ...table,
    ...time,
    ports,
    port,
    via,
    way: text => {
      const [network = '', neighbour = ''] = text.split(' via ')
      return { network: Number(network), via: via(neighbour) }
    },
    told,
    list: () => table.routes().map(route => printRoute(route, route.state)),
  }
}
