import { RejectReason, type NetworkList, type NetworkMessage } from '../../wire/network-message.js'
import { isNetworkNumber } from '../../values/network-number.js'
import { heardReject } from './heard-reject.js'
import { isOfNeighbour, neighbourOf, type MessageContext, type Messages, type Undone } from './message-context.js'
import type { Neighbour } from '../port/port.js'
import type { Ports } from '../port/ports.js'
import { sayReachable } from './reachable.js'
import type { Relays } from './relays.js'
import type { RouterPolicy } from '../event/router-policy.js'
import type { RoutingTableRequests } from './routing-table-requests.js'
import { isVia } from '../route/learned-routes.js'
import type { RunningPort } from '../port/running-port.js'
import { speakerOf } from '../transit/source.js'
import { say } from '../port/speech.js'
import type { HeardNpdu } from '../transit/transit.js'

/** What a router needs to do as messages say, besides what every node needs. */
export interface RouterMessageContext extends MessageContext {
  readonly ports: Ports
  readonly policy: RouterPolicy
  readonly relays: Relays
  readonly requests: RoutingTableRequests
  /** Tells whoever sent it that it cannot be done, where that is due. */
  readonly reject: (heard: HeardNpdu, network: number, reason: number) => boolean
}

/** What a router does with a message of the network layer that is for it (section 4.5 of the protocol notes). */
export const routerMessages = (context: RouterMessageContext): Messages => {
  const { ports, table, resume, number, rows, heardQuestion, policy, relays, requests, notes, reject } = context

  const whoIsRouter = (heard: HeardNpdu, port: RunningPort, network: number | undefined): Undone | undefined => {
    if (network !== undefined && !isNetworkNumber(network)) return 'not a network number'
    if (heard.isBroadcast) {
      heardQuestion(port, network)
      if (network === undefined) relays.askedForAll(port)
    }
    if (!relays.isDue(heard, network ?? 'all')) return 'asked again too soon'
    if (network === undefined) {
      sayReachable(port, table, ports)
      return undefined
    }
    const route = table.find(network)
    if (route === undefined || (route.state === 'unreachable' && route.port !== port)) {
      relays.question(heard, network)
    } else if (route.port !== port && route.port.network !== undefined && ports.mayPass(port.name, route.port.name)) {
      say(port, 'broadcast', { _tag: 'I-Am-Router-To-Network', networks: [network] })
    }
    return undefined
  }

  const iAmRouter = (heard: HeardNpdu, port: RunningPort, list: NetworkList): Undone | undefined => {
    if (!isOfNeighbour(heard)) return 'route is not believed'
    const speaker = speakerOf(heard)
    const via = neighbourOf(heard)
    const allowed = list.networks.filter(network => policy.mayAnnounce(network, speaker))
    for (const network of allowed.filter(isHere)) {
      if (network === port.network) continue
      relays.suspect(heard)
      notes.conflict('other router to a network that is here', network, port.name, heard.from)
    }
    const isSuspect = relays.isSuspect(heard)
    const believed: number[] = []
    let changesSomething = false
    for (const network of allowed) {
      if (isHere(network) || (isSuspect && isReachedThroughAnother(network, via))) continue
      const outcome = table.announced(network, via)
      if (outcome === 'refused') continue
      believed.push(network)
      changesSomething ||= outcome !== 'same'
    }
    if (believed.length > 0) relays.list(heard, { ...list, networks: believed }, changesSomething)
    believed.forEach(resume)
    return believed.length > 0 || allowed.some(isHere) ? undefined : 'route is not believed'
  }

  /** Whether a network is that of a port. */
  const isHere = (network: number): boolean => {
    const route = table.find(network)
    return route !== undefined && route.nextHop === undefined
  }

  /**
   * Whether a network is reached without that neighbour. Of two routers side by side each hears what the other carries on of
   * whom both have heard: believed, both would have their route through the other.
   */
  const isReachedThroughAnother = (network: number, via: Neighbour): boolean => {
    const route = table.find(network)
    return route?.state === 'reachable' && !isVia(route, via)
  }

  /** Those of some networks, or of all where none is named, that are reached through a neighbour. */
  const reachedThrough = ({ port, mac }: Neighbour, networks: readonly number[]): readonly number[] => {
    const routes = networks.length === 0 ? table.routes() : networks.map(table.find)
    return routes.flatMap(route => (route?.port === port && route.nextHop === mac ? [route.network] : []))
  }

  /**
   * On the other ports it is this router who says so, and what is reached there through it is more than what he meant: those
   * of his networks that are reached through him are named.
   */
  const busyOrAvailable = (heard: HeardNpdu, { _tag, networks }: NetworkList): void => {
    const isBusy = _tag === 'Router-Busy-To-Network'
    const via = neighbourOf(heard)
    const concerned = reachedThrough(via, networks)
    const changed = isBusy ? table.setBusy(networks, via) : table.setAvailable(networks, via)
    if (concerned.length > 0) relays.list(heard, { _tag, networks: concerned }, changed.length > 0)
    if (!isBusy) changed.forEach(resume)
  }

  return (heard, port, message) => {
    if (port.network === undefined && ROUTING.has(message._tag)) return 'number of its network is not known'
    switch (message._tag) {
      case 'Who-Is-Router-To-Network':
        return relays.isBearable(heard) ? whoIsRouter(heard, port, message.network) : TOO_MANY
      case 'I-Am-Router-To-Network':
        return relays.isBearable(heard) ? iAmRouter(heard, port, message) : TOO_MANY
      case 'I-Could-Be-Router-To-Network':
      case 'Disconnect-Connection-To-Network':
        return undefined
      case 'Reject-Message-To-Network':
        if (!relays.isBearable(heard)) return TOO_MANY
        heardReject(context, heard, message)
        return undefined
      case 'Router-Busy-To-Network':
      case 'Router-Available-To-Network':
        if (!relays.isBearable(heard)) return TOO_MANY
        if (!isOfNeighbour(heard)) return 'route is not believed'
        busyOrAvailable(heard, message)
        return undefined
      case 'Initialize-Routing-Table':
        if (!relays.isBearable(heard)) return TOO_MANY
        return relays.isDue(heard, 'table') ? requests.answer(heard, port, message) : 'asked again too soon'
      case 'Initialize-Routing-Table-Ack':
        rows(heard, message)
        return undefined
      case 'Establish-Connection-To-Network':
        reject(heard, message.network, RejectReason.OTHER)
        return 'unknown message type'
      case 'Unknown':
      case 'Proprietary':
        reject(heard, 0, RejectReason.UNKNOWN_MESSAGE_TYPE)
        return 'unknown message type'
      case 'What-Is-Network-Number':
      case 'Network-Number-Is':
        number(port, heard, message)
        return undefined
    }
  }
}

/** What a router says and hears of routes through a port, which it has none through before its number is known. */
const ROUTING: ReadonlySet<NetworkMessage['_tag']> = new Set<NetworkMessage['_tag']>([
  'Who-Is-Router-To-Network',
  'I-Am-Router-To-Network',
  'Router-Busy-To-Network',
  'Router-Available-To-Network',
])

const TOO_MANY: Undone = 'too many messages about networks'
