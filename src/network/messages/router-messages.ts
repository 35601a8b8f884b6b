import { RejectReason, type NetworkList } from '../../wire/network-message.js'
import { heardReject } from './heard-reject.js'
import { isOfNeighbour, neighbourOf, type MessageContext, type Messages } from './message-context.js'
import type { Neighbour } from '../port/port.js'
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
  readonly policy: RouterPolicy
  readonly relays: Relays
  readonly requests: RoutingTableRequests
  /** Tells whoever sent it that it cannot be done, where that is due. */
  readonly reject: (heard: HeardNpdu, network: number, reason: number) => void
}

/** What a router does with a message of the network layer that is for it (section 4.5 of the protocol notes). */
export const routerMessages = (context: RouterMessageContext): Messages => {
  const { table, resume, number, rows, policy, relays, requests, notes, reject } = context

  const whoIsRouter = (heard: HeardNpdu, port: RunningPort, network: number | undefined): void => {
    if (!relays.isDue(heard, network ?? 'all')) return
    if (network === undefined) {
      sayReachable(port, table)
      return
    }
    const route = table.find(network)
    if (route?.port === port) return
    if (route === undefined || route.state === 'unreachable') relays.question(heard, network)
    else say(port, 'broadcast', { _tag: 'I-Am-Router-To-Network', networks: [network] })
  }

  const iAmRouter = (heard: HeardNpdu, port: RunningPort, list: NetworkList): void => {
    const speaker = speakerOf(heard)
    const via = neighbourOf(heard)
    const allowed = list.networks.filter(network => policy.mayAnnounce(network, speaker))
    for (const network of allowed.filter(isHere)) {
      relays.suspect(heard)
      notes.conflict('other router to a network that is here', network, port.name, heard.from)
    }
    const isDoubtful = relays.isSuspect(heard)
    const believed: number[] = []
    let changesSomething = false
    for (const network of allowed) {
      if (isHere(network) || (isDoubtful && isReachedThroughAnother(network, via))) continue
      const outcome = table.announced(network, via)
      if (outcome === 'refused') continue
      believed.push(network)
      changesSomething ||= outcome !== 'same'
    }
    if (believed.length > 0) relays.list(heard, { ...list, networks: believed }, changesSomething)
    believed.forEach(resume)
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
    switch (message._tag) {
      case 'Who-Is-Router-To-Network':
        if (relays.isBearable(heard)) whoIsRouter(heard, port, message.network)
        return
      case 'I-Am-Router-To-Network':
        if (relays.isBearable(heard)) iAmRouter(heard, port, message)
        return
      case 'I-Could-Be-Router-To-Network':
      case 'Disconnect-Connection-To-Network':
        return
      case 'Reject-Message-To-Network':
        if (relays.isBearable(heard)) heardReject(context, heard, message)
        return
      case 'Router-Busy-To-Network':
      case 'Router-Available-To-Network':
        if (isOfNeighbour(heard) && relays.isBearable(heard)) busyOrAvailable(heard, message)
        return
      case 'Initialize-Routing-Table':
        if (relays.isBearable(heard) && relays.isDue(heard, 'table')) requests.answer(heard, port, message)
        return
      case 'Initialize-Routing-Table-Ack':
        rows(heard, message)
        return
      case 'Establish-Connection-To-Network':
        reject(heard, message.network, RejectReason.OTHER)
        return
      case 'Unknown':
      case 'Proprietary':
        reject(heard, 0, RejectReason.UNKNOWN_MESSAGE_TYPE)
        return
      case 'What-Is-Network-Number':
      case 'Network-Number-Is':
        number(port, heard, message)
        return
    }
  }
}
