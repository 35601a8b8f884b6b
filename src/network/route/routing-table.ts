import type { SchedulerLike } from 'rxjs'
import { isNetworkNumber } from '../../values/network-number.js'
import { isVia, learnedRoutes } from './learned-routes.js'
import { learning } from './learning.js'
import type { Neighbour, Port } from '../port/port.js'
import { isLearned, type RouteRow } from './route-row.js'
import { routeRows, type RouteChange, type Way } from './route-rows.js'
import type { Route, RouteState } from './route.js'
import type { RoutingLimits } from './routing-limits.js'

export type { RouteChange } from './route-rows.js'

/** What a routing table needs. */
export interface RoutingTableOptions {
  /**
   * Whether it is that of a router. To a router, somebody who is seen through another port is no reason to leave a route
   * that works, as that is what a loop looks like. To another node the newest way is the best: it is how to answer.
   */
  readonly isRouter: boolean
  readonly limits: RoutingLimits
  readonly scheduler: SchedulerLike
  /** Hears of each change, in order. It may use the table, and cause others, which are told after that. */
  readonly tell: (change: RouteChange) => void
  /** The way to a network changes to and fro, and is held; `via` is the way that was not taken. */
  readonly flapping: (network: number, via: Neighbour) => void
}

/** What came of an I-Am-Router-To-Network, for one network. */
export type Announced =
  | 'new'
  | 'changed'
  /** It was known. */
  | 'same'
  /** It is that of a port. */
  | 'direct'
  /** It is configured otherwise or held, there is no room, or that is no number of a network. */
  | 'refused'

/** What came of it that somebody of a network was seen. */
export type Seen = Exclude<Announced, 'direct'>

/**
 * The ways to all networks that are known (clause 6.6.2, section 4.1 of the protocol notes). Networks of ports and
 * configured routes stay, whatever others say. What is learned is bounded: when there is no room, the route that has been
 * unreachable for the longest time goes first; then, for what a router announces, the one that was longest not used of
 * those that somebody was only seen through. One timer runs for all, while a router is busy.
 */
export interface RoutingTable {
  /** The way to a network: the same object until it changes. */
  readonly find: (network: number) => Route | undefined
  /** Those of the ports first, then by network number. */
  readonly routes: () => readonly Route[]
  readonly size: () => number
  /** What an I-Am-Router-To-Network lists on a port: the networks that are reachable or busy through others, in ascending order. */
  readonly networksBeyond: (port: Port) => readonly number[]
  /**
   * The network of a port has a number now, another one, or none that is known. It takes the place of any other way to that
   * network; `false`, and nothing changes, when it is that of another port. What was reached through the port stays so.
   */
  readonly setDirect: (port: Port, network: number | undefined) => boolean
  /** `port.isUp` has changed: what is reached through it, its own network as well, is unreachable, or as it was before. */
  readonly portChanged: (port: Port) => void
  /**
   * The port has not heard for a while what was said to all of its network: what was learned through it is in doubt, until its
   * next router is heard again or another one says that it routes there.
   */
  readonly doubt: (port: Port) => void
  /** The networks whose ways through a port are in doubt. */
  readonly doubtful: (port: Port) => readonly number[]
  /** The port is no more, and none of the routes through it. */
  readonly removePort: (port: Port) => void
  /** Has these configured routes and no others. One that was there before stays as it stands. */
  readonly setConfigured: (routes: readonly ConfiguredWay[]) => void
  /**
   * A router said that it routes there. The newest counts, but for networks of ports and configured routes; those through
   * that very router are reachable again.
   */
  readonly announced: (network: number, via: Neighbour) => Announced
  /**
   * Somebody of that network was heard through that router, which is news only where nothing better is known; see
   * `isRouter`. A route that this router said it cannot reach stays so for as long as that is believed.
   */
  readonly seen: (network: number, via: Neighbour) => Seen
  /**
   * That router is too busy for some networks, or without any for all that are reached through it: for 30 s or until it says
   * otherwise. Gives those that were reachable before.
   */
  readonly setBusy: (networks: readonly number[], via: Neighbour) => readonly number[]
  /**
   * That router is no longer too busy for some networks, or without any for all that are reached through it. One that it lists is
   * reachable even where it said before that it cannot reach it. Gives those that were not reachable before.
   */
  readonly setAvailable: (networks: readonly number[], via: Neighbour) => readonly number[]
  /** That router cannot reach the network: for 30 s, or until it says that it can or another does; whether that is news. */
  readonly setUnreachable: (network: number, via: Neighbour) => boolean
  /** Nobody is known any more to route there; whether somebody was. Those of ports and configured ones stay. */
  readonly forget: (network: number) => boolean
  /** Ends it: empty, silent, and no timer runs. */
  readonly close: () => void
}

/** A configured route, as the table takes it. */
export interface ConfiguredWay {
  readonly network: number
  readonly via: Neighbour
}

/** A table with nothing in it. */
export const routingTable = ({ isRouter, limits, scheduler, tell, flapping }: RoutingTableOptions): RoutingTable => {
  const direct = new Map<Port, number>()
  /** All that are wanted, those as well whose networks are of ports meanwhile. */
  let configured: ReadonlyMap<number, Neighbour> = new Map()
  const learned = learnedRoutes(limits)
  const rows = routeRows({ ...limits, learned, scheduler, tell })
  const { get, values, take, stand, discard, tellAll } = rows

  /** What a row was there for is gone. */
  const release = (row: RouteRow): void => {
    const via = configured.get(row.route.network)
    if (via === undefined) discard(row)
    else take(row.route.network, configuredWay(via))
  }

  const learn = learning({ rows, learned, limits, scheduler, flapping })

  const change = (
    networks: readonly number[],
    via: Neighbour,
    standing: RouteState,
    isConcerned: (row: RouteRow) => boolean,
  ): readonly number[] => {
    const others: number[] = []
    const look = (row: RouteRow | undefined): void => {
      if (row === undefined || !isVia(row.route, via) || !isConcerned(row)) return
      if (stand(row, standing)) others.push(row.route.network)
    }
    if (networks.length === 0) for (const row of values()) look(row)
    else for (const network of networks) look(get(network))
    tellAll()
    return others
  }

  const forget = (network: number): boolean => {
    const row = get(network)
    if (row === undefined || !isLearned(row.route)) return false
    discard(row)
    tellAll()
    return true
  }

  return {
    find: network => get(network)?.route,
    routes: () => Array.from(values(), ({ route }) => route).sort(directFirst),
    size: rows.size,
    networksBeyond: port => {
      const networks: number[] = []
      for (const { route } of values()) {
        if (route.port !== port && route.state !== 'unreachable') networks.push(route.network)
      }
      return networks.sort((one, other) => one - other)
    },
    setDirect: (port, network) => {
      const before = direct.get(port)
      if (network === before) return true
      if (network !== undefined) {
        if (!isNetworkNumber(network) || get(network)?.route.origin === 'direct') return false
        direct.set(port, network)
      } else direct.delete(port)
      const row = before === undefined ? undefined : get(before)
      if (row !== undefined) release(row)
      if (network !== undefined) take(network, { port, nextHop: undefined, origin: 'direct' })
      tellAll()
      return true
    },
    portChanged: port => {
      for (const row of values()) if (row.route.port === port) rows.review(row)
      tellAll()
    },
    doubt: port => {
      for (const row of values()) if (row.route.port === port) rows.doubt(row)
    },
    doubtful: port => {
      const networks: number[] = []
      for (const { isDoubtful, route } of values()) if (isDoubtful && route.port === port) networks.push(route.network)
      return networks
    },
    removePort: port => {
      configured = new Map([...configured].filter(([, via]) => via.port !== port))
      direct.delete(port)
      for (const row of values()) if (row.route.port === port) release(row)
      tellAll()
    },
    setConfigured: routes => {
      configured = new Map(
        routes.filter(({ network }) => isNetworkNumber(network)).map(({ network, via }) => [network, via]),
      )
      for (const row of values()) {
        if (row.route.origin === 'configured' && !configured.has(row.route.network)) discard(row)
      }
      for (const [network, via] of configured) {
        const route = get(network)?.route
        if (route?.origin === 'direct' || (route?.origin === 'configured' && isVia(route, via))) continue
        take(network, configuredWay(via))
      }
      tellAll()
    },
    announced: (network, via) => {
      if (!isNetworkNumber(network)) return 'refused'
      const row = get(network)
      if (row === undefined) return learn(network, via, 'announced')
      const { origin } = row.route
      if (origin === 'direct') return 'direct'
      if (!isVia(row.route, via)) return origin === 'configured' ? 'refused' : learn(network, via, 'announced')
      const isNews = stand(row, 'reachable', origin === 'seen' ? 'announced' : origin)
      tellAll()
      return isNews ? 'changed' : 'same'
    },
    seen: (network, via) => {
      const row = get(network)
      if (row === undefined) return isNetworkNumber(network) ? learn(network, via, 'seen') : 'refused'
      const { route } = row
      if (isVia(route, via)) {
        learned.renew(row)
        rows.sure(row)
        return 'same'
      }
      if (!isLearned(route)) return 'refused'
      if (isRouter && route.port !== via.port && route.state !== 'unreachable') return 'refused'
      return learn(network, via, 'seen')
    },
    setBusy: (networks, via) => change(networks, via, 'busy', ({ standing }) => standing !== 'unreachable'),
    setAvailable: (networks, via) =>
      change(networks, via, 'reachable', ({ standing }) => standing === 'busy' || networks.length > 0),
    setUnreachable: (network, via) => change([network], via, 'unreachable', () => true).length > 0,
    forget,
    close: () => {
      rows.close()
      direct.clear()
      configured = new Map()
      learned.clear()
    },
  }
}

const configuredWay = ({ port, mac }: Neighbour): Way => ({ port, nextHop: mac, origin: 'configured' })

const directFirst = (one: Route, other: Route): number =>
  Number(other.origin === 'direct') - Number(one.origin === 'direct') || one.network - other.network
