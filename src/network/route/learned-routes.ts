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
   * that must go first.
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
  const orders: Readonly<Record<Spare, AgeOrder<RouteRow>>> = { unreachable: ageOrder(), seen: ageOrder() }
  let learned = 0

  const count = ({ port, nextHop }: Route, by: 1 | -1, spare: Spare | undefined): void => {
    if (nextHop === undefined) return
    const ofPort = routers.get(port) ?? new Map<Mac, Router>()
    const router = ofPort.get(nextHop) ?? { routes: 0, unreachable: 0, seen: 0 }
    learned += by
    router.routes += by
    if (spare !== undefined) router[spare] += by
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

  return {
    enter: row => {
      if (!isLearned(row.route)) return
      const spare = spareOf(row.route)
      count(row.route, 1, spare)
      if (spare !== undefined) orders[spare].add(row)
    },
    leave: row => {
      if (!isLearned(row.route)) return
      const spare = spareOf(row.route)
      count(row.route, -1, spare)
      if (spare !== undefined) orders[spare].remove(row)
    },
    renew: row => {
      if (spareOf(row.route) === 'seen') orders.seen.renew(row)
    },
    roomFor: (via, origin, isNew) => {
      const router = routers.get(via.port)?.get(via.mac)
      const own = router !== undefined && router.routes >= maxPerRouter ? router : undefined
      if (own === undefined && !(isNew && learned >= maxRoutes)) return 'room'
      // What has none to spare is not looked through: each of hundreds of networks in one message may be for naught.
      const find = (spare: Spare): RouteRow | undefined =>
        own === undefined ? oldest(spare, undefined) : own[spare] > 0 ? oldest(spare, via) : undefined
      return find('unreachable') ?? (origin === 'announced' ? find('seen') : undefined) ?? 'none'
    },
    clear: () => {
      routers.clear()
      orders.unreachable.clear()
      orders.seen.clear()
      learned = 0
    },
  }
}

/** Whether a route leads through that neighbour. */
export const isVia = ({ port, nextHop }: Route, via: Neighbour): boolean => nextHop === via.mac && port === via.port

const spareOf = ({ state, origin }: Route): Spare | undefined => {
  if (state === 'unreachable') return 'unreachable'
  return origin === 'seen' ? 'seen' : undefined
}
