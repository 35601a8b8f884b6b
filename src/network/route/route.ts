import type { Mac } from '../../values/mac.js'
import type { Port } from '../port/port.js'

/** How it stands with a network (section 4.1 of the protocol notes). */
export type RouteState =
  | 'reachable'
  /** The next router said that it is too busy; for 30 s, or until it says otherwise. */
  | 'busy'
  /** Its port is down, or the next router said that it cannot reach it: until somebody says that he can. */
  | 'unreachable'

/** How a route came to be known. What others say never replaces one that is direct or configured. */
export type RouteOrigin =
  /** The network is that of a port. */
  | 'direct'
  | 'configured'
  /** A router said so in an I-Am-Router-To-Network. */
  | 'announced'
  /** Somebody of that network was heard through that router. */
  | 'seen'

/** A way to a network. */
export interface Route {
  readonly network: number
  readonly port: Port
  /** The MAC address of the next router; `undefined` where the network is that of the port. */
  readonly nextHop: Mac | undefined
  readonly state: RouteState
  readonly origin: RouteOrigin
}

/** A route that is always there, while its port is. */
export interface ConfiguredRoute {
  readonly network: number
  /** The name of the port. */
  readonly port: string
  readonly nextHop: Mac
}
