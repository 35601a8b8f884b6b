import type { Mac } from '../../values/mac.js'
import type { NetworkEvent, ReceivedApdu, RouteNews, StationAddress } from '../../network/event/network-event.js'
import { toHex } from '../../values/hex.js'
import { RejectReason } from '../../wire/network-message.js'
import type { Report } from '../output.js'
import type { Notation } from './port-kinds.js'

/** How the stations of the network of a port are written. */
export type NotationOf = (port: string) => Notation | undefined

/** What a router tells, for programs and for people; `undefined` for what others tell as well. */
export const reportRouterEvent = (event: NetworkEvent, notationOf: NotationOf): Report | undefined => {
  const stationOf = (port: string, mac: Mac | undefined): string | undefined =>
    mac === undefined ? undefined : (notationOf(port)?.station(mac) ?? mac)
  switch (event._tag) {
    case 'Apdu':
      return reportApdu(event, stationOf(event.port, event.neighbour) ?? event.neighbour)
    case 'Dropped': {
      const { reason } = event
      return { json: { event: 'error', message: reason }, text: `error: ${reason}` }
    }
    case 'Port': {
      const { port, network } = event
      const mac = stationOf(port, event.mac)
      const state = event.isUp ? 'up' : 'down'
      const name = network === undefined ? 'its network, whose number is not known yet,' : `network ${network}`
      return { json: { event: 'network', port, network, mac, state }, text: `${port}: ${name} is ${state}` }
    }
    case 'PortRemoved':
      return undefined
    case 'Route': {
      const route = routeJson(event, notationOf)
      return { json: { event: 'route', ...route }, text: routeText(route) }
    }
    case 'Routes': {
      const routes = event.routes.map(route => routeJson(route, notationOf))
      return { json: { event: 'routes', routes }, text: routes.map(routeText).join('\n') }
    }
    case 'RoutingTableOf': {
      const { port, rows } = event
      const router = stationOf(port, event.router)
      return {
        json: { event: 'routing-table', port, router, rows },
        text: `${port}: ${router ?? ''} routes to ${rows.map(({ network }) => network).join(', ')}`,
      }
    }
    case 'Counters':
      return { json: { event: 'stats', ...event.counters }, text: JSON.stringify(event.counters) }
    case 'RejectSent': {
      const { network, reason, port, to } = event
      const message = REASONS.get(reason) ?? OTHER_REASON
      const station = { network: to.network, mac: to.mac }
      return {
        json: { event: 'reject', network, reason, message, port, to: station },
        text: `${port}: reject to ${stationText(station)}${aboutText(network)}: ${message}`,
      }
    }
    case 'Rejected': {
      const { network, reason, port, source, count } = event
      const message = REASONS.get(reason) ?? OTHER_REASON
      const from = { network: source.network, mac: source.mac }
      return {
        json: { event: 'rejected', network, reason, message, port, source: from, count },
        text: `${port}: rejected by ${stationText(from)}${aboutText(network)}: ${message}${timesText(count)}`,
      }
    }
    case 'NetworkMessage': {
      const { message, port } = event
      return {
        json: { event: 'network-message', port, message: message._tag },
        text: `${port}: somebody says ${message._tag}`,
      }
    }
    case 'Conflict': {
      const { conflict, network, port, count } = event
      const neighbour = stationOf(port, event.neighbour)
      return {
        json: { event: 'conflict', conflict, network, port, neighbour, count },
        text: `${port}: CONFLICT, from ${neighbour ?? 'several'}: ${conflict}: ${network}${timesText(count)}`,
      }
    }
    case 'Discarded': {
      const { reason, port, count } = event
      const neighbour = stationOf(port, event.neighbour)
      return {
        json: { event: 'discarded', reason, port, neighbour, count },
        text: `${port}: discarded, from ${neighbour ?? 'several'}: ${reason}${timesText(count)}`,
      }
    }
  }
}

/** As the port itself would tell it, had it no router. */
const reportApdu = (event: ReceivedApdu, source: string): Report => {
  const { port } = event
  const destination = event.destination === 'unicast' ? 'unicast' : 'broadcast'
  const npdu = toHex(event.npdu)
  return {
    json: { event: 'npdu', port, source, destination, npdu },
    text: `${port}: ${destination} from ${source}: ${npdu}`,
  }
}

interface RouteJson {
  readonly network: number
  readonly port: string
  readonly via: string | undefined
  readonly state: string
}

const routeJson = ({ network, port, nextHop, state }: RouteNews, notationOf: NotationOf): RouteJson => ({
  network,
  port,
  via: nextHop === undefined ? undefined : (notationOf(port)?.via(nextHop) ?? nextHop),
  state,
})

const routeText = ({ network, port, via, state }: RouteJson): string => {
  const way = via === undefined ? `on ${port}` : `through ${via} on ${port}`
  return `network ${network} is ${state === 'forgotten' ? `not known any more; it was ${way}` : `${state} ${way}`}`
}

/** A station may be of any network, so that its address is in hex. */
const stationText = ({ network, mac }: StationAddress): string =>
  network === undefined ? mac : `${mac} of network ${network}`

/** There is none where the message itself is not known. */
const aboutText = (network: number): string => (network === 0 ? '' : `, for network ${network}`)

const timesText = (count: number): string => (count === 1 ? '' : ` (${count} times)`)

const OTHER_REASON = 'another reason'

const REASONS: ReadonlyMap<number, string> = new Map([
  [RejectReason.OTHER, OTHER_REASON],
  [RejectReason.NO_ROUTE, 'there is no route to it'],
  [RejectReason.BUSY, 'the router to it is busy'],
  [RejectReason.UNKNOWN_MESSAGE_TYPE, 'a message of the network layer that is not known'],
  [RejectReason.TOO_LONG, 'too long for the way there'],
  [RejectReason.SECURITY, 'a matter of security'],
  [RejectReason.ADDRESSING, 'no address of that network'],
])
