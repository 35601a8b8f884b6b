import type { Dropped } from '../../link/link.js'
import type { Mac } from '../../values/mac.js'
import type { HeaderOption } from '../../wire/header-option.js'
import type { NetworkMessage } from '../../wire/network-message.js'
import type { Priority } from '../../wire/npci.js'
import type { NetworkDestination, ReceivedDestination } from './destination.js'
import type { NetworkCounters } from '../port/network-counters.js'
import type { NetworkPortOptions } from '../port/port.js'
import type { ConfiguredRoute, RouteOrigin, RouteState } from '../route/route.js'

/** An APDU to be sent. */
export interface OutboundApdu {
  readonly _tag: 'Apdu'
  readonly apdu: Uint8Array
  readonly destination: NetworkDestination
  /** Set for a Confirmed-Request and a segment of a Complex-ACK. Default false. */
  readonly expectingReply?: boolean
  /** An answer has that of the request. Default `normal`. */
  readonly priority?: Priority
  /** What travels with it as long as it stays on BACnet/SC. */
  readonly dataOptions?: readonly HeaderOption[]
}

/** What can be asked of the network layer besides sending APDUs. */
export type NetworkRequest =
  /** Ask all networks at hand who routes to a network, or to any; the answers come as `Route` events. */
  | { readonly _tag: 'FindRouter'; readonly network: number | undefined }
  /** Ask for the number of the network of a port, which is believed where none is configured. */
  | { readonly _tag: 'AskNetworkNumber'; readonly port: string }
  /** Ask a router for its routing table, which comes as `RoutingTableOf`. */
  | { readonly _tag: 'ReadRoutingTable'; readonly port: string; readonly router: Mac }
  /** Tell the routes; the answer is `Routes`. */
  | { readonly _tag: 'ReadRoutes' }
  /** Tell what has been counted; the answer is `Counters`. */
  | { readonly _tag: 'ReadCounters' }
  /** Have another port. */
  | { readonly _tag: 'AddPort'; readonly port: NetworkPortOptions }
  /** End a port in good order; what was reached through it is not any more. `PortRemoved` tells when it has ended. */
  | { readonly _tag: 'RemovePort'; readonly port: string }
  /** Have these configured routes from now on. */
  | { readonly _tag: 'SetRoutes'; readonly routes: readonly ConfiguredRoute[] }

/** What goes into the network layer. */
export type NetworkOutbound = OutboundApdu | NetworkRequest

/** A station: the number of its network, where that is known, and its MAC address there. */
export interface StationAddress {
  readonly network: number | undefined
  readonly mac: Mac
}

/**
 * An APDU that was received. `apdu` and `npdu` are views of what the link has read, which may be 64 KiB of other messages:
 * whoever keeps one, copies it.
 */
export interface ReceivedApdu {
  readonly _tag: 'Apdu'
  readonly apdu: Uint8Array
  /** The NPDU that it came in. */
  readonly npdu: Uint8Array
  /** Who sent it, whatever routers it passed. */
  readonly source: StationAddress
  /** The name of the port. */
  readonly port: string
  /** Who sent it on the network of the port: the source itself, or the last router. */
  readonly neighbour: Mac
  readonly destination: ReceivedDestination
  readonly expectingReply: boolean
  readonly priority: Priority
  readonly dataOptions: readonly HeaderOption[]
}

/** A route, told with the names of things. */
export interface RouteNews {
  readonly network: number
  /** The name of the port. */
  readonly port: string
  /** The next router; `undefined` where the network is that of the port. */
  readonly nextHop: Mac | undefined
  readonly state: RouteState | 'forgotten'
  readonly origin: RouteOrigin
}

/** An APDU for a destination. */
export const apduTo = (
  apdu: Uint8Array,
  destination: NetworkDestination,
  options: Pick<OutboundApdu, 'expectingReply' | 'priority' | 'dataOptions'> = {},
): OutboundApdu => ({ _tag: 'Apdu', apdu, destination, ...options })

/** Whoever sent something: where an answer goes, whatever routers are in between. */
export const toSource = ({ source, port }: Pick<ReceivedApdu, 'source' | 'port'>): NetworkDestination => ({
  _tag: 'Station',
  ...source,
  port,
})

/** What is wrong with the internetwork, as far as it can be seen from here (section 6 of the protocol notes). */
export type Conflict =
  /** Something came in that says it is of a network which is that of a port: a loop, or two networks of one number. */
  | 'source of a network that is here'
  /** A global broadcast that has passed here came again, with fewer hops to go: there is a loop. */
  | 'broadcast that comes back'
  /** Another router says that it routes to a network which is that of a port: as above, or two routers side by side. */
  | 'other router to a network that is here'
  /** Somebody says that the network of a port has another number than is configured. */
  | 'other number for a network'
  /** Two ports are said to be on one network: the latter routes nothing. */
  | 'network of two ports'
  /** The way to a network changes to and fro; it stays as it is for a while. */
  | 'route changes to and fro'

/** What the network layer tells. */
export type NetworkEvent =
  | ReceivedApdu
  /**
   * Something was not sent. With a `port`, it did not leave through that one: a broadcast for all networks may have left through
   * others, and comes once for each that it did not leave through.
   */
  | (Dropped<NetworkOutbound> & { readonly port?: string })
  /** How a port stands has changed. Comes first of each port. */
  | {
      readonly _tag: 'Port'
      readonly port: string
      readonly network: number | undefined
      readonly mac: Mac | undefined
      readonly isUp: boolean
    }
  /** A port has ended, as was asked for or because its link has; `error` is that of the link. The others go on. */
  | { readonly _tag: 'PortRemoved'; readonly port: string; readonly error: unknown }
  /** A route has changed. */
  | (RouteNews & { readonly _tag: 'Route' })
  /** The answer to `ReadRoutes`. */
  | { readonly _tag: 'Routes'; readonly routes: readonly RouteNews[] }
  /** The answer to `ReadRoutingTable`; a long table may come in several. */
  | {
      readonly _tag: 'RoutingTableOf'
      readonly port: string
      readonly router: Mac
      readonly rows: readonly { readonly network: number; readonly portId: number }[]
    }
  /** The answer to `ReadCounters`. */
  | { readonly _tag: 'Counters'; readonly counters: NetworkCounters }
  /** Of a router: somebody was told that what he sent cannot be carried on. */
  | {
      readonly _tag: 'RejectSent'
      readonly network: number
      /** One of `RejectReason`. */
      readonly reason: number
      readonly to: StationAddress
      readonly port: string
    }
  /** A router said that what was sent from here cannot be carried on: `count` times, since this was last told. */
  | {
      readonly _tag: 'Rejected'
      readonly network: number
      readonly reason: number
      /** Who said so. */
      readonly source: StationAddress
      readonly port: string
      readonly count: number
    }
  /** A message of the network layer that is for nobody but the application: of a vendor, say. */
  | {
      readonly _tag: 'NetworkMessage'
      readonly message: NetworkMessage
      readonly source: StationAddress
      readonly port: string
    }
  /** The internetwork is not as it should be: `count` times, since this was last told. */
  | {
      readonly _tag: 'Conflict'
      readonly conflict: Conflict
      readonly network: number
      readonly port: string
      readonly neighbour: Mac | undefined
      readonly count: number
    }
  /**
   * NPDUs that came in through `port` were discarded, or given back by the link that they were to leave through: `count` of
   * them, since this was last told. Not told is what whoever sent it was told (`RejectSent`).
   */
  | {
      readonly _tag: 'Discarded'
      readonly reason: string
      readonly port: string
      readonly neighbour: Mac | undefined
      readonly count: number
    }
