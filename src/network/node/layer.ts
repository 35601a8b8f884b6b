import type { SchedulerLike } from 'rxjs'
import type { Dropped, OutboundNpdu } from '../../link/link.js'
import type { Turns } from '../../machine/turns.js'
import type { Mac } from '../../values/mac.js'
import type { Random } from '../../values/random.js'
import { isNetworkNumber } from '../../values/network-number.js'
import { RejectReason } from '../../wire/network-message.js'
import type { NetworkAddress } from '../../wire/npci.js'
import { announcements } from '../messages/announcements.js'
import { carrier, type TransitNpdu } from '../transit/carrier.js'
import { decide, decideAsNode, type DecisionFacts } from '../transit/decision.js'
import { discovery } from '../route/discovery.js'
import type { MessageContext } from '../messages/message-context.js'
import type { NetworkCounters } from '../port/network-counters.js'
import type { NetworkEvent, NetworkOutbound } from '../event/network-event.js'
import type { NetworkLimits } from '../event/network-limits.js'
import { networkNumbers } from '../messages/network-numbers.js'
import { nodeMessages } from '../messages/node-messages.js'
import { notes } from '../event/notes.js'
import type { NetworkPortOptions } from '../port/port.js'
import { portKeeper } from '../port/port-keeper.js'
import { ports as noPorts } from '../port/ports.js'
import { reception } from './reception.js'
import { rejects } from '../messages/rejects.js'
import { relays } from '../messages/relays.js'
import type { ConfiguredRoute } from '../route/route.js'
import { routeNews, routeTeller } from '../event/route-news.js'
import type { RouterPolicy } from '../event/router-policy.js'
import { routerMessages } from '../messages/router-messages.js'
import { routingTable, type ConfiguredWay } from '../route/routing-table.js'
import { routingTablesAsked } from '../messages/routing-tables-asked.js'
import { routingTableRequests } from '../messages/routing-table-requests.js'
import type { RunningPort } from '../port/running-port.js'
import { sourceOf } from '../transit/source.js'
import { say } from '../port/speech.js'
import { submission } from './submission.js'
import type { HeardNpdu, OwnNpdu, Transit } from '../transit/transit.js'

/** What the network layer of a node is made of. */
export interface LayerOptions {
  /** Of a router; `undefined` for a node that carries on nothing of others. */
  readonly router: { readonly policy: RouterPolicy } | undefined
  /** The name of the port whose network the application is a station of; `undefined` where it is one of each. */
  readonly home: string | undefined
  readonly limits: NetworkLimits
  readonly scheduler: SchedulerLike
  readonly random: Random
}

/** Where the words of the network layer go. */
export interface LayerSinks {
  readonly tell: (event: NetworkEvent) => void
  readonly inTurn: Turns['take']
  /** The last port has ended, as was asked. */
  readonly ended: () => void
}

/** The network layer of a node while it runs. It is asked for one thing at a time. */
export interface Layer {
  /** Has a port; a sentence says why that cannot be. */
  readonly addPort: (port: NetworkPortOptions) => string | undefined
  /** Has these configured routes; a sentence says why that cannot be. */
  readonly setRoutes: (routes: readonly ConfiguredRoute[]) => string | undefined
  /** Opens the ports. */
  readonly start: () => void
  readonly submit: (outbound: NetworkOutbound) => void
  /** Ends all ports in good order. */
  readonly end: () => void
  /** Drops all ports, and stops all timers. */
  readonly close: () => void
}

/** Runs the network layer of a node; it begins with `start`. */
export const layer = (options: LayerOptions, { tell, inTurn, ended }: LayerSinks): Layer => {
  const { router, limits, scheduler, random } = options
  const isRouter = router !== undefined
  const ports = noPorts()
  const noted = notes(scheduler, tell)
  let isEnding = false

  const home = (): RunningPort | undefined => (options.home === undefined ? undefined : ports.named(options.home))

  const drop = (reason: string, outbound: NetworkOutbound): void => tell({ _tag: 'Dropped', reason, outbound })

  const table = routingTable({
    isRouter,
    limits: limits.routing,
    scheduler,
    tell: routeTeller(tell),
    flapping: (network, { port, mac }) => noted.conflict('route changes to and fro', network, port.name, mac),
  })

  const giveUp = (network: number, item: Transit, reason: string): void => {
    if (item._tag === 'Heard') received.giveUp(item, network)
    else drop(reason, item.outbound)
  }

  const waiting = discovery<Transit>({
    limits: limits.discovery,
    scheduler,
    originOf: item => (item._tag === 'Heard' ? `${item.port.name} ${item.from}` : 'own'),
    ask: (network, first) => askForRouter(network, first),
    failed: (network, items) => {
      for (const item of items) giveUp(network, item, 'no router to that network answers')
    },
    dropped: giveUp,
  })

  /** Asks all networks but the one that the NPDU came from who routes there, for whoever sent that. */
  const askForRouter = (network: number | undefined, first?: Transit): void => {
    const source = first?._tag === 'Heard' ? originator(first) : undefined
    for (const port of ports.all()) {
      if (!port.isUp || (first?._tag === 'Heard' && first.port === port)) continue
      say(port, 'broadcast', { _tag: 'Who-Is-Router-To-Network', network }, isRouter ? { source } : {})
    }
  }

  const resume = (network: number): void => {
    for (const item of waiting.found(network)) {
      if (item._tag === 'Heard') received.again(item)
      else dropOwn(item, sent.again(item))
    }
  }

  const dropOwn = ({ outbound }: OwnNpdu, reason: string | undefined): void => {
    if (reason !== undefined) drop(reason, outbound)
  }

  const carries = carrier({ ports, home, mayPass: router?.policy.mayPass ?? (() => true) })
  const sent = submission({ ports, home, table, carrier: carries, discovery: waiting })
  const { reject } = rejects({ ports, limits, scheduler, tell })
  const announced = announcements({ ports, table, limits, scheduler })

  const numbers = networkNumbers({
    isRouter,
    limits,
    scheduler,
    random,
    known: (port, network) => {
      if (!table.setDirect(port, network)) {
        noted.conflict('network of two ports', network, port.name, undefined)
        return
      }
      port.network = network
      tellPort(port)
      if (isRouter) announced.due()
    },
    conflict: (port, network, neighbour) => noted.conflict('other number for a network', network, port.name, neighbour),
  })

  const asked = routingTablesAsked(scheduler, tell)

  const context: MessageContext = { isRouter, table, resume, number: numbers.hear, rows: asked.rows, tell }

  const messages = (): ReturnType<typeof nodeMessages> => {
    if (router === undefined) return nodeMessages(context)
    const { policy } = router
    const relayed = relays({ ports, limits, scheduler })
    const requests = routingTableRequests({ ports, table, policy, notes: noted })
    return routerMessages({ ...context, policy, relays: relayed, requests, notes: noted, reject })
  }

  const facts: DecisionFacts = {
    find: table.find,
    get home() {
      return home()
    },
  }

  const received = reception({
    decide: isRouter ? heard => decide(heard, facts) : decideAsNode,
    learns: router?.policy.learnsFromTraffic ?? true,
    table,
    carrier: carries,
    discovery: waiting,
    messages: messages(),
    resume,
    reject,
    notes: noted,
    limits,
    scheduler,
    tell,
  })

  const tellPort = ({ name, network, mac, isUp }: RunningPort): void =>
    tell({ _tag: 'Port', port: name, network, mac, isUp })

  const up = new Set<RunningPort>()

  /** How a port stands has changed: its network comes or goes, or only its address is another. */
  const portChanged = (port: RunningPort): void => {
    tellPort(port)
    if (port.isUp === up.has(port)) return
    if (port.isUp) up.add(port)
    else up.delete(port)
    table.portChanged(port)
    numbers.changed(port)
    if (isRouter && port.isUp) announced.due()
  }

  const unsent = (port: RunningPort, { reason, outbound }: Dropped<OutboundNpdu<Mac>>): void => {
    port.counters.countReason('unsent', reason)
    const transit = transitOf(outbound)
    if (transit?._tag === 'Own') drop(reason, transit.outbound)
    if (transit?._tag === 'Heard' && reason === port.tooLong && transit.npci.destination !== undefined) {
      reject(transit, transit.npci.destination.network, RejectReason.TOO_LONG)
    }
  }

  const portRemoved = (port: RunningPort, error: unknown): void => {
    up.delete(port)
    numbers.removed(port)
    announced.removed(port)
    table.removePort(port)
    waiting.drop(item => item._tag === 'Heard' && item.port === port)
    tell({ _tag: 'PortRemoved', port: port.name, error })
    if (isEnding && ports.size() === 0) ended()
  }

  const keeper = portKeeper({
    ports,
    outage: limits.outage,
    scheduler,
    inTurn,
    received: received.receive,
    unsent,
    changed: portChanged,
    removed: portRemoved,
  })

  const addPort = (given: NetworkPortOptions): string | undefined => {
    const reason = keeper.add(given)
    const port = ports.named(given.name)
    if (reason === undefined && port?.network !== undefined) table.setDirect(port, port.network)
    return reason
  }

  const setRoutes = (routes: readonly ConfiguredRoute[]): string | undefined => {
    const ways: ConfiguredWay[] = []
    for (const { network, port: name, nextHop } of routes) {
      const port = ports.named(name)
      if (!isNetworkNumber(network)) return `${network} is not a network number`
      if (port === undefined) return `route to ${network}: there is no port ${name}`
      if (nextHop.length !== 2 * port.macLength) return `route to ${network}: not an address of the network of ${name}`
      ways.push({ network, via: { port, mac: nextHop } })
    }
    table.setConfigured(ways)
    for (const { network } of ways) resume(network)
    if (isRouter) announced.due()
    return undefined
  }

  /** Does what is asked for; a sentence says why it cannot be done. */
  const submitted = (outbound: NetworkOutbound): string | undefined => {
    switch (outbound._tag) {
      case 'Apdu':
        return sent.send(outbound)
      case 'FindRouter':
        if (outbound.network !== undefined && !isNetworkNumber(outbound.network)) return 'not a network number'
        askForRouter(outbound.network)
        return undefined
      case 'AskNetworkNumber':
        return withPort(outbound.port, port => say(port, 'broadcast', { _tag: 'What-Is-Network-Number' }))
      case 'ReadRoutingTable':
        return withPort(outbound.port, port => asked.ask(port, outbound.router))
      case 'ReadRoutes':
        tell({ _tag: 'Routes', routes: table.routes().map(route => routeNews(route, route.state)) })
        return undefined
      case 'ReadCounters':
        tell({ _tag: 'Counters', counters: readCounters() })
        return undefined
      case 'AddPort': {
        const reason = addPort(outbound.port)
        keeper.open()
        return reason
      }
      case 'RemovePort':
        return keeper.remove(outbound.port)
      case 'SetRoutes':
        return setRoutes(outbound.routes)
    }
  }

  const withPort = (name: string, act: (port: RunningPort) => void): string | undefined => {
    const port = ports.named(name)
    if (port === undefined) return `there is no port ${name}`
    act(port)
    return undefined
  }

  const readCounters = (): NetworkCounters => ({
    ports: Object.fromEntries([...ports.all()].map(({ name, counters }) => [name, counters.read()])),
    routes: table.size(),
    waiting: waiting.waiting(),
  })

  return {
    addPort,
    setRoutes,
    start: keeper.open,
    submit: outbound => {
      const reason = submitted(outbound)
      if (reason !== undefined) drop(reason, outbound)
    },
    end: () => {
      isEnding = true
      for (const item of waiting.close()) if (item._tag === 'Own') drop('the network layer ends', item.outbound)
      keeper.end()
      if (ports.size() === 0) ended()
    },
    close: () => {
      keeper.close()
      waiting.close()
      numbers.close()
      announced.close()
      table.close()
      noted.close()
    },
  }
}

/** Who sent it first, as others are told. */
const originator = (heard: HeardNpdu): NetworkAddress | undefined => {
  const { network, mac } = sourceOf(heard)
  return network === undefined ? undefined : { network, mac }
}

const transitOf = (outbound: OutboundNpdu<Mac>): Transit | undefined =>
  'transit' in outbound ? (outbound as TransitNpdu).transit : undefined
