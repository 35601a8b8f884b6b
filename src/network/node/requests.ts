import { isMac } from '../../values/mac.js'
import { isNetworkNumber } from '../../values/network-number.js'
import type { NetworkCounters } from '../port/network-counters.js'
import type { NetworkEvent, NetworkRequest } from '../event/network-event.js'
import { routeNews } from '../event/route-news.js'
import type { RoutingTablesAsked } from '../messages/routing-tables-asked.js'
import type { PortKeeper } from '../port/port-keeper.js'
import type { Ports } from '../port/ports.js'
import type { RunningPort } from '../port/running-port.js'
import { say } from '../port/speech.js'
import type { ConfiguredRoute } from '../route/route.js'
import type { ConfiguredWay, RoutingTable } from '../route/routing-table.js'
import type { Search } from './search.js'

/** Does what is asked of the network layer besides sending APDUs. */
export interface Requests {
  /** Does it; a sentence says why that cannot be. */
  readonly submit: (request: NetworkRequest) => string | undefined
  readonly setRoutes: (routes: readonly ConfiguredRoute[]) => string | undefined
}

/** What is needed for that. */
export interface RequestsOptions {
  readonly ports: Ports
  readonly keeper: PortKeeper
  readonly table: RoutingTable
  readonly search: Search
  readonly asked: RoutingTablesAsked
  /** Configured routes are others than before. */
  readonly routesChanged: () => void
  readonly tell: (event: NetworkEvent) => void
}

/** Does what is asked of the network layer. */
export const requests = ({ ports, keeper, table, search, asked, routesChanged, tell }: RequestsOptions): Requests => {
  const withPort = (name: string, act: (port: RunningPort) => void): string | undefined => {
    const port = ports.named(name)
    if (port === undefined) return `there is no port ${name}`
    act(port)
    return undefined
  }

  const setRoutes = (routes: readonly ConfiguredRoute[]): string | undefined => {
    const ways: ConfiguredWay[] = []
    for (const { network, port: name, nextHop } of routes) {
      const port = ports.named(name)
      if (!isNetworkNumber(network)) return `${network} is not a network number`
      if (port === undefined) return `route to ${network}: there is no port ${name}`
      if (!isMac(nextHop) || nextHop.length !== 2 * port.macLength) {
        return `route to ${network}: not an address of the network of ${name}`
      }
      ways.push({ network, via: { port, mac: nextHop } })
    }
    table.setConfigured(ways)
    for (const { network } of ways) search.resume(network)
    routesChanged()
    return undefined
  }

  const readCounters = (): NetworkCounters => ({
    ports: Object.fromEntries([...ports.all()].map(({ name, counters }) => [name, counters.read()])),
    routes: table.size(),
    waiting: search.waiting(),
  })

  return {
    setRoutes,
    submit: request => {
      switch (request._tag) {
        case 'FindRouter':
          if (request.network !== undefined && !isNetworkNumber(request.network)) return 'not a network number'
          search.ask(request.network)
          return undefined
        case 'AskNetworkNumber':
          return withPort(request.port, port => say(port, 'broadcast', { _tag: 'What-Is-Network-Number' }))
        case 'ReadRoutingTable':
          return withPort(request.port, port => asked.ask(port, request.router))
        case 'ReadRoutes':
          tell({ _tag: 'Routes', routes: table.routes().map(route => routeNews(route, route.state)) })
          return undefined
        case 'ReadCounters':
          tell({ _tag: 'Counters', counters: readCounters() })
          return undefined
        case 'AddPort': {
          const reason = keeper.add(request.port)
          keeper.open()
          return reason
        }
        case 'RemovePort':
          return keeper.remove(request.port)
        case 'SetRoutes':
          return setRoutes(request.routes)
      }
    },
  }
}
