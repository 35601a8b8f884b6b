import type { SchedulerLike } from 'rxjs'
import type { Neighbour } from '../port/port.js'
import type { LearnedRoutes } from './learned-routes.js'
import { routeDamping } from './route-damping.js'
import type { RouteRows } from './route-rows.js'
import type { RoutingLimits } from './routing-limits.js'

/** What is needed to learn routes. */
export interface LearningOptions {
  readonly rows: RouteRows
  readonly learned: LearnedRoutes
  readonly limits: RoutingLimits
  readonly scheduler: SchedulerLike
  /** The way to a network changes to and fro, and is held; `via` is the way that was not taken. */
  readonly flapping: (network: number, via: Neighbour) => void
}

/** Has a network be reached through a neighbour from now on, where there is room and the way there is not held. */
export type Learn = (network: number, via: Neighbour, origin: 'announced' | 'seen') => 'new' | 'changed' | 'refused'

/** Learns routes from what neighbours say, and from what comes through them. */
export const learning = ({ rows, learned, limits, scheduler, flapping }: LearningOptions): Learn => {
  const mayMove = routeDamping(limits.flapping, scheduler)
  return (network, via, origin) => {
    const row = rows.get(network)
    const room = learned.roomFor(via, origin, row === undefined)
    if (room === 'none') return 'refused'
    // There is nothing to be held of one that leads nowhere.
    if (row !== undefined && row.route.state !== 'unreachable') {
      const may = mayMove(row.moves)
      if (may === 'held from now on') {
        rows.later(() => flapping(network, via))
        rows.tellAll()
      }
      if (may !== 'may change') return 'refused'
    }
    if (room !== 'room') rows.discard(room)
    rows.take(network, { port: via.port, nextHop: via.mac, origin })
    rows.tellAll()
    return row === undefined ? 'new' : 'changed'
  }
}
