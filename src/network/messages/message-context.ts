import type {
  InitializeRoutingTable,
  NetworkMessage,
  NetworkNumberIs,
  WhatIsNetworkNumber,
} from '../../wire/network-message.js'
import type { NetworkEvent } from '../event/network-event.js'
import type { Notes } from '../event/notes.js'
import type { Neighbour } from '../port/port.js'
import type { RoutingTable } from '../route/routing-table.js'
import type { RunningPort } from '../port/running-port.js'
import type { HeardNpdu } from '../transit/transit.js'

/** What every node needs to do as messages of the network layer say. */
export interface MessageContext {
  readonly isRouter: boolean
  readonly table: RoutingTable
  /** Somebody routes there, or does again: what waits goes on. */
  readonly resume: (network: number) => void
  /** Hears a message about the number of the network of a port. */
  readonly number: (port: RunningPort, heard: HeardNpdu, message: WhatIsNetworkNumber | NetworkNumberIs) => void
  /** Hears a routing table that was asked for. */
  readonly rows: (heard: HeardNpdu, message: InitializeRoutingTable) => void
  /** Somebody has asked all of a network for the routers to one network, or to any. */
  readonly heardQuestion: (port: RunningPort, network: number | undefined) => void
  readonly notes: Notes
  readonly tell: (event: NetworkEvent) => void
}

/** Why nothing is done with a message of the network layer that is in order. */
export type Undone =
  | 'too many messages about networks'
  | 'asked again too soon'
  | 'route is not believed'
  | 'not a network number'
  | 'number of its network is not known'
  | 'unknown message type'
  | 'may not read the routing table'
  | 'may not write the routing table'

/** Does what a message of the network layer says that is for this node; or why it does not. */
export type Messages = (heard: HeardNpdu, port: RunningPort, message: NetworkMessage) => Undone | undefined

/** Who said something, as the next router to somewhere. */
export const neighbourOf = (heard: HeardNpdu): Neighbour => ({ port: heard.port, mac: heard.from })

/**
 * Whether that neighbour speaks for himself. Who routes and who is busy is said on one network only: what was carried here
 * for somebody of another network would open and close ways through the router that carried it.
 */
export const isOfNeighbour = ({ npci }: HeardNpdu): boolean => npci.source === undefined
