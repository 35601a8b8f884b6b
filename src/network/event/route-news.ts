import type { NetworkEvent, RouteNews } from './network-event.js'
import type { Route } from '../route/route.js'
import type { RouteChange } from '../route/routing-table.js'

/** A route, told with the names of things. */
export const routeNews = ({ network, port, nextHop, origin }: Route, state: RouteNews['state']): RouteNews => ({
  network,
  port: port.name,
  nextHop,
  state,
  origin,
})

/** Tells what becomes of routes. One that was never open is no news: its port has not come up yet. */
export const routeTeller = (tell: (event: NetworkEvent) => void): ((change: RouteChange) => void) => {
  const told = new Set<number>()
  return ({ route, state }) => {
    const { network } = route
    const wasTold = told.has(network)
    if (!wasTold && (state === 'unreachable' || state === 'forgotten')) return
    if (state === 'forgotten') told.delete(network)
    else told.add(network)
    tell({ _tag: 'Route', ...routeNews(route, state) })
  }
}
