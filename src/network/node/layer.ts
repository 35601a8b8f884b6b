import type { SchedulerLike } from 'rxjs'
import type { Dropped, OutboundNpdu } from '../../link/link.js'
import { ORIGIN } from '../../link/origin.js'
import type { Turns } from '../../machine/turns.js'
import { whileOpen } from '../../machine/while-open.js'
import type { Mac } from '../../values/mac.js'
import type { Random } from '../../values/random.js'
import { RejectReason } from '../../wire/network-message.js'
import { announcements } from '../messages/announcements.js'
import { carrier, type TransitNpdu } from '../transit/carrier.js'
import { decide, decideAsNode, type DecisionFacts } from '../transit/decision.js'
import { learnFromReject } from '../messages/heard-reject.js'
import type { MessageContext } from '../messages/message-context.js'
import type { NetworkEvent, NetworkOutbound } from '../event/network-event.js'
import type { NetworkLimits } from '../event/network-limits.js'
import { networkNumbers } from '../messages/network-numbers.js'
import { nodeMessages } from '../messages/node-messages.js'
import { notes } from '../event/notes.js'
import type { NetworkPortOptions } from '../port/port.js'
import { portKeeper } from '../port/port-keeper.js'
import { ports as noPorts } from '../port/ports.js'
import { reception } from './reception.js'
import { requests } from './requests.js'
import { search } from './search.js'
import { rejects } from '../messages/rejects.js'
import { rechecks } from '../messages/rechecks.js'
import { relays } from '../messages/relays.js'
import type { ConfiguredRoute } from '../route/route.js'
import { routeTeller } from '../event/route-news.js'
import type { RouterPolicy } from '../event/router-policy.js'
import { routerMessages } from '../messages/router-messages.js'
import { routingTable } from '../route/routing-table.js'
import { routingTablesAsked } from '../messages/routing-tables-asked.js'
import { routingTableRequests } from '../messages/routing-table-requests.js'
import { portStandings } from '../port/port-standings.js'
import type { RunningPort } from '../port/running-port.js'
import { submission } from './submission.js'
import type { OwnNpdu, Transit } from '../transit/transit.js'

/** What the network layer of a node is made of. */
export interface LayerOptions {
  /** Of a router; `undefined` for a node that carries on nothing of others. */
  readonly router: { readonly policy: RouterPolicy } | undefined
  /**
   * The name of the port whose network the application of a router is a station of. Default: the first that there is. That of
   * another node is a station of each.
   */
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
  /** Drops all ports, and stops all timers: none is opened or set after it. */
  readonly close: () => void
}

/** Runs the network layer of a node; it begins with `start`. */
export const layer = (options: LayerOptions, { tell, inTurn, ended }: LayerSinks): Layer => {
  const { router, limits, random } = options
  const isRouter = router !== undefined
  let isOpen = true
  const scheduler = whileOpen(options.scheduler, () => isOpen)
  const ports = noPorts({ isRouter, mayPass: router?.policy.mayPass ?? (() => true) })
  const noted = notes(scheduler, tell)
  let isEnding = false

  const home = (): RunningPort | undefined => {
    if (!isRouter) return undefined
    return options.home === undefined ? ports.first() : ports.named(options.home)
  }

  const drop = (reason: string, outbound: NetworkOutbound, port?: string): void =>
    tell({ _tag: 'Dropped', reason, outbound, ...(port === undefined ? {} : { port }) })

  const table = routingTable({
    isRouter,
    limits: limits.routing,
    scheduler,
    tell: routeTeller(tell),
    flapping: (network, { port, mac }) => noted.conflict('route changes to and fro', network, port.name, mac),
  })

  const dropOwn = ({ outbound }: OwnNpdu, reason: string | undefined): void => {
    if (reason !== undefined) drop(reason, outbound)
  }

  const relayed = relays({ ports, limits, scheduler })

  const searching = search({
    isRouter,
    ports,
    limits,
    scheduler,
    askedForAll: relayed.askedForAll,
    waited: {
      againHeard: heard => received.again(heard),
      againOwn: own => dropOwn(own, sent.again(own)),
      giveUpHeard: (heard, network, why) => received.giveUp(heard, network, why),
      giveUpOwn: dropOwn,
    },
  })
  const { resume } = searching

  /** Whoever cares for it is told that it did not leave: our application, of its own and of what is carried for others. */
  const tellUnsent = (transit: Transit, port: string, reason: string): void => {
    if (transit._tag === 'Own') drop(reason, transit.outbound, port)
    else noted.discarded(reason, transit.port.name, transit.from)
  }

  const carries = carrier({ ports, home, tellUnsent })
  const sent = submission({ ports, home, table, carrier: carries, search: searching })
  const { reject } = rejects({ limits, scheduler, tell })
  const announced = announcements({ ports, table, limits, scheduler })

  const numbers = networkNumbers({
    isRouter,
    limits,
    scheduler,
    random,
    isOfOther: (port, network) => {
      const route = table.find(network)
      return route?.origin === 'direct' && route.port !== port
    },
    known: (port, network) => {
      table.setDirect(port, network)
      port.network = network
      tellPort(port)
      if (isRouter) announced.due()
    },
    conflict: (conflict, port, network, neighbour) => noted.conflict(conflict, network, port.name, neighbour),
  })

  const asked = routingTablesAsked(scheduler, tell)

  const rechecked = rechecks({ ports, table, limits, scheduler, random, askedForAll: relayed.askedForAll })

  const context: MessageContext = {
    isRouter,
    table,
    resume,
    number: numbers.hear,
    rows: asked.rows,
    heardQuestion: rechecked.heardQuestion,
    notes: noted,
    tell,
  }

  const messages = (): ReturnType<typeof nodeMessages> => {
    if (router === undefined) return nodeMessages(context)
    const { policy } = router
    const requests = routingTableRequests({ ports, table, policy })
    return routerMessages({ ...context, ports, policy, relays: relayed, requests, reject })
  }

  const facts: DecisionFacts = {
    find: table.find,
    get home() {
      return home()
    },
  }

  const received = reception({
    isRouter,
    decide: isRouter ? heard => decide(heard, facts) : decideAsNode,
    learns: router?.policy.learnsFromTraffic ?? true,
    table,
    carrier: carries,
    search: searching,
    messages: messages(),
    rejected: (heard, message) => {
      if (relayed.isBearable(heard)) learnFromReject(context, heard, message)
    },
    resume,
    reject,
    notes: noted,
    limits,
    scheduler,
    random,
    tell,
  })

  const tellPort = ({ name, network, mac, isUp }: RunningPort): void =>
    tell({ _tag: 'Port', port: name, network, mac, isUp })

  const standing = portStandings({
    came: port => {
      table.portChanged(port)
      numbers.changed(port)
    },
    announce: () => {
      if (isRouter) announced.due()
    },
  })

  /** How a port stands has changed. */
  const portChanged = (port: RunningPort): void => {
    tellPort(port)
    standing.changed(port)
  }

  const unsent = (port: RunningPort, { reason, outbound }: Dropped<OutboundNpdu<Mac>>): void => {
    port.counters.countReason('unsent', reason)
    const transit = (outbound as TransitNpdu)[ORIGIN]
    if (transit === undefined) return
    const { destination } = transit.npci
    const isRejected =
      transit._tag === 'Heard' &&
      reason === port.tooLong &&
      destination !== undefined &&
      reject(transit, destination.network, RejectReason.TOO_LONG)
    if (!isRejected) tellUnsent(transit, port.name, reason)
  }

  const completeWhenAlone = (): void => {
    if (!isEnding || ports.size() > 0) return
    noted.flush()
    ended()
  }

  const portRemoved = (port: RunningPort, error: unknown): void => {
    standing.removed(port)
    numbers.removed(port)
    announced.removed(port)
    rechecked.removed(port)
    table.removePort(port)
    searching.portRemoved(port)
    tell({ _tag: 'PortRemoved', port: port.name, error })
    completeWhenAlone()
  }

  const keeper = portKeeper({
    ports,
    outage: limits.outage,
    scheduler,
    inTurn,
    claim: (port, network) => (table.setDirect(port, network) ? undefined : table.find(network)?.port.name),
    received: received.receive,
    unsent,
    changed: portChanged,
    joined: rechecked.joined,
    removed: portRemoved,
  })

  const asking = requests({
    ports,
    keeper,
    table,
    search: searching,
    asked,
    routesChanged: () => {
      if (isRouter) announced.due()
    },
    tell,
  })

  return {
    addPort: keeper.add,
    setRoutes: asking.setRoutes,
    start: keeper.open,
    submit: outbound => {
      const reason = outbound._tag === 'Apdu' ? sent.send(outbound) : asking.submit(outbound)
      if (reason !== undefined) drop(reason, outbound)
    },
    end: () => {
      isEnding = true
      searching.end()
      keeper.end()
      completeWhenAlone()
    },
    close: () => {
      isOpen = false
      keeper.close()
      searching.close()
      numbers.close()
      announced.close()
      rechecked.close()
      table.close()
      noted.close()
    },
  }
}
