import { ageOrder, type AgeOrder } from '../../limits/age-order.js'
import type { Mac } from '../../values/mac.js'
import type { Neighbour, Port } from '../port/port.js'
import { isLearned, type RouteRow } from './route-row.js'
import type { Route } from './route.js'
import type { RoutingLimits } from './routing-limits.js'

/**
 * What makes room for others: routes that lead nowhere now, the one of them first that has for the longest time; and those
 * that somebody was only seen through, the one of them first that was not used for the longest time.
 */
type Spare = 'unreachable' | 'seen'

/** All that are learned are in the order in which they came, as they stand. */
type Standing = Spare | 'announced'

/** What is counted of one neighbour: all routes through it, and those of them that make room. */
interface Router extends Record<Spare, number> {
  routes: number
}

/** Counts the routes that were learned from others, and says which of them makes room. Others than learned ones pass it by. */
export interface LearnedRoutes {
  /** Counts a row in, as its route is. */
  readonly enter: (row: RouteRow) => void
  /** Counts a row out, before its route is another one or none. */
  readonly leave: (row: RouteRow) => void
  /** What is only seen was seen again. */
  readonly renew: (row: RouteRow) => void
  /**
   * Whether there is room for one more through that neighbour, which may have been one through another: `none`, or the row
   * that must go first. Where nothing is to spare, the port that most routes lead through loses its latest to one
   * that is announced on another: an address is easily forged, but none can pretend to be on another network.
   */
  readonly roomFor: (via: Neighbour, origin: 'announced' | 'seen', isNew: boolean) => 'room' | 'none' | RouteRow
  readonly clear: () => void
}

/** Nothing was learned yet. */
export const learnedRoutes = ({
  maxRoutes,
  maxPerRouter,
}: Pick<RoutingLimits, 'maxRoutes' | 'maxPerRouter'>): LearnedRoutes => {
  const routers = new Map<Port, Map<Mac, Router>>()
  const ofPorts = new Map<Port, number>()
  const orders: Readonly<Record<Standing, AgeOrder<RouteRow>>> = {
    unreachable: ageOrder(),
    seen: ageOrder(),
    announced: ageOrder(),
  }
  let learned = 0

  const count = ({ port, nextHop }: Route, by: 1 | -1, standing: Standing): void => {
    if (nextHop === undefined) return
    const ofPort = routers.get(port) ?? new Map<Mac, Router>()
    const router = ofPort.get(nextHop) ?? { routes: 0, unreachable: 0, seen: 0 }
    learned += by
    const through = (ofPorts.get(port) ?? 0) + by
    if (through > 0) ofPorts.set(port, through)
    else ofPorts.delete(port)
    router.routes += by
    if (standing !== 'announced') router[standing] += by
    if (router.routes > 0) ofPort.set(nextHop, router)
    else ofPort.delete(nextHop)
    if (ofPort.size > 0) routers.set(port, ofPort)
    else routers.delete(port)
  }

  const oldest = (spare: Spare, via: Neighbour | undefined): RouteRow | undefined => {
    let row = orders[spare].oldest()
    if (via !== undefined) while (row !== undefined && !isVia(row.route, via)) row = row.younger
    return row
  }

  /** The latest of the port that most lead through, where those are more than through another with one more. */
  const latestOfFullest = (port: Port): RouteRow | undefined => {
    let most = (ofPorts.get(port) ?? 0) + 1
    let fullest: Port | undefined
    for (const [other, through] of ofPorts) {
      if (through <= most) continue
      most = through
      fullest = other
    }
    if (fullest === undefined) return undefined
    let row = orders.announced.youngest()
    while (row !== undefined && row.route.port !== fullest) row = row.older
    return row
  }

  return {
    enter: row => {
      if (!isLearned(row.route)) return
      const standing = standingOf(row.route)
      count(row.route, 1, standing)
      orders[standing].add(row)
    },
    leave: row => {
      if (!isLearned(row.route)) return
      const standing = standingOf(row.route)
      count(row.route, -1, standing)
      orders[standing].remove(row)
    },
    renew: row => {
      if (standingOf(row.route) === 'seen') orders.seen.renew(row)
    },
    roomFor: (via, origin, isNew) => {
      const router = routers.get(via.port)?.get(via.mac)
      const own = router !== undefined && router.routes >= maxPerRouter ? router : undefined
      if (own === undefined && !(isNew && learned >= maxRoutes)) return 'room'
      // What has none to spare is not looked through: each of hundreds of networks in one message may be for naught.
      const find = (spare: Spare): RouteRow | undefined =>
        own === undefined ? oldest(spare, undefined) : own[spare] > 0 ? oldest(spare, via) : undefined
      const unreachable = find('unreachable')
      if (unreachable !== undefined || origin === 'seen') return unreachable ?? 'none'
      return find('seen') ?? (own === undefined ? latestOfFullest(via.port) : undefined) ?? 'none'
    },
    clear: () => {
      routers.clear()
      orders.unreachable.clear()
      orders.seen.clear()
      orders.announced.clear()
      ofPorts.clear()
      learned = 0
    },
  }
}

/** Whether a route leads through that neighbour. */
export const isVia = ({ port, nextHop }: Route, via: Neighbour): boolean => nextHop === via.mac && port === via.port

const standingOf = ({ state, origin }: Route): Standing => {
  if (state === 'unreachable') return 'unreachable'
  return origin === 'seen' ? 'seen' : 'announced'
}
