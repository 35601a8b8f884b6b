import type { SchedulerLike } from 'rxjs'
import { alarm } from '../../machine/alarm.js'
import type { Duration } from '../../values/duration.js'
import type { LearnedRoutes } from './learned-routes.js'
import { noMoves } from './route-damping.js'
import { isLearned, type RouteRow } from './route-row.js'
import type { Route, RouteState } from './route.js'

/** What has become of a route. */
export interface RouteChange {
  readonly route: Route
  readonly state: RouteState | 'forgotten'
}

/** Where a route leads, and how that came to be known. */
export type Way = Pick<Route, 'port' | 'nextHop' | 'origin'>

/** What the rows of a routing table need. */
export interface RouteRowsOptions {
  readonly busyTime: Duration
  readonly unreachableTime: Duration
  /** Where those are counted that are learned. */
  readonly learned: LearnedRoutes
  readonly scheduler: SchedulerLike
  readonly tell: (change: RouteChange) => void
}

/**
 * The rows of a routing table: how each stands, and what is told of that. Changes are told by `tellAll`, so that whoever
 * hears of one finds the table as it is after all that go together. One timer runs for all that are busy or unreachable.
 */
export interface RouteRows {
  readonly get: (network: number) => RouteRow | undefined
  /** All, in no order. */
  readonly values: () => Iterable<RouteRow>
  readonly size: () => number
  /** Has a network be reached that way, whatever is known of it. */
  readonly take: (network: number, way: Way) => void
  /** How it stands with the next router of a row, and how that row came to be known; whether the route is another one now. */
  readonly stand: (row: RouteRow, standing: RouteState, origin?: Route['origin']) => boolean
  /** Has it be in doubt where a row leads, until it is taken, stands anew, or is sure. */
  readonly doubt: (row: RouteRow) => void
  /** Has a row lead where it does without a doubt. */
  readonly sure: (row: RouteRow) => void
  /** The port of a row has gone up or down. */
  readonly review: (row: RouteRow) => void
  readonly discard: (row: RouteRow) => void
  /** Has something told after all that was to be told before. */
  readonly later: (news: () => void) => void
  /** Tells what has changed, in order. */
  readonly tellAll: () => void
  readonly close: () => void
}

/** No rows yet. */
export const routeRows = ({ busyTime, unreachableTime, learned, scheduler, tell }: RouteRowsOptions): RouteRows => {
  const rows = new Map<number, RouteRow>()
  const closed = new Set<RouteRow>()

  /** Whoever hears of a change may use the table, and cause others; they are told in their order. */
  const news: (() => void)[] = []

  const tellAll = (): void => {
    for (let one = news.shift(); one !== undefined; one = news.shift()) one()
  }

  const changed = (route: Route, state: RouteChange['state'] = route.state): void => {
    news.push(() => tell({ route, state }))
  }

  /** A busy router is tried again; one that cannot reach a network may not know how things stand, so that all are asked. */
  const open = (row: RouteRow): void => {
    if (row.standing === 'unreachable' && isLearned(row.route)) {
      discard(row)
      return
    }
    note(row, 'reachable')
    settle(row)
  }

  const opening = alarm(scheduler, () => {
    const now = scheduler.now()
    let earliest = Infinity
    for (const row of closed) {
      if (row.closedUntil > now) earliest = Math.min(earliest, row.closedUntil)
      else open(row)
    }
    opening.by(earliest)
    tellAll()
  })

  const note = (row: RouteRow, standing: RouteState): void => {
    row.standing = standing
    if (standing !== 'reachable') {
      row.closedUntil = scheduler.now() + (standing === 'busy' ? busyTime : unreachableTime)
      closed.add(row)
      opening.by(row.closedUntil)
    } else if (closed.delete(row) && closed.size === 0) opening.stop()
  }

  const discard = (row: RouteRow): void => {
    rows.delete(row.route.network)
    learned.leave(row)
    note(row, 'reachable')
    changed(row.route, 'forgotten')
  }

  /** Has a route be what is known now; whether that is another one than before. */
  const settle = (row: RouteRow, { port, nextHop, origin }: Way = row.route): boolean => {
    const before = row.route
    const state = port.isUp ? row.standing : 'unreachable'
    const isSame = port === before.port && nextHop === before.nextHop && origin === before.origin
    if (isSame && state === before.state) return false
    learned.leave(row)
    row.route = { network: before.network, port, nextHop, state, origin }
    learned.enter(row)
    changed(row.route)
    return true
  }

  const insert = (network: number, { port, nextHop, origin }: Way): void => {
    const route: Route = { network, port, nextHop, state: port.isUp ? 'reachable' : 'unreachable', origin }
    const moves = noMoves()
    const row: RouteRow = {
      route,
      standing: 'reachable',
      closedUntil: 0,
      isDoubtful: false,
      moves,
      older: undefined,
      younger: undefined,
    }
    rows.set(network, row)
    learned.enter(row)
    changed(route)
  }

  return {
    get: network => rows.get(network),
    values: () => rows.values(),
    size: () => rows.size,
    take: (network, way) => {
      const row = rows.get(network)
      if (row === undefined) {
        insert(network, way)
      } else {
        row.isDoubtful = false
        note(row, 'reachable')
        settle(row, way)
      }
    },
    stand: (row, standing, origin = row.route.origin) => {
      row.isDoubtful = false
      note(row, standing)
      return settle(row, { ...row.route, origin })
    },
    doubt: row => {
      row.isDoubtful = isLearned(row.route)
    },
    sure: row => {
      row.isDoubtful = false
    },
    review: row => void settle(row),
    discard,
    later: one => void news.push(one),
    tellAll,
    close: () => {
      rows.clear()
      closed.clear()
      opening.stop()
      news.length = 0
    },
  }
}
