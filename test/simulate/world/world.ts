import { Subject, type Observable, type SchedulerLike, type Subscription } from 'rxjs'
import {
  fixedRandom,
  virtualInternetwork,
  type VirtualClock,
  type VirtualInternetwork,
} from '../../../src/testing/index.js'
import type { HubEvent } from '../../../src/sc/hub/hub-event.js'
import type { NetworkEvent, NetworkOutbound, OutboundApdu } from '../../../src/network/event/network-event.js'
import type { BipAddress } from '../../../src/values/bip-address.js'
import { randomDeviceUuid } from '../../../src/values/device-uuid.js'
import type { Plan, Seat } from '../plan/plan.js'
import { idIn, unchangedIdOf } from '../traffic/payload.js'
import { boundsOf } from './bounds.js'
import type { Happening } from './fact.js'
import { hubServices, type HubServices } from './hub-services.js'
import { hostsOf, membersOf, seatsOfBoxes, type Member } from './member.js'
import { watchRegistrations } from './registrations.js'
import { MASK, seatLink } from './seat-link.js'
import type { Spoil } from './spoil.js'
import { hostClock, type HostClock } from './host-clock.js'
import { watchDepartures } from './departures.js'
import { watchWires } from './wires.js'

/** A plan that runs. */
export interface World {
  readonly network: VirtualInternetwork
  readonly members: readonly Member[]
  readonly send: (host: string, apdu: OutboundApdu) => void
  /** Has the sizes of all tables told. */
  readonly sample: () => void
  /** Ends everything: in good order, or at once. */
  readonly end: (isGraceful: (host: string) => boolean) => void
  /** Has told what is left of everything, once it has had time to end in good order. */
  readonly look: () => void
  /** What still runs. */
  readonly open: () => readonly string[]
}

/** What runs on a host, which may be several things. */
interface Owned {
  readonly host: string
  readonly life: Subscription
  readonly complete: () => void
  /** Whether somebody listens to what it is asked. */
  readonly listens: () => boolean
}

const owned = <Out>(host: string, { outbound$, life }: Runs<Out>): Owned => ({
  host,
  life,
  complete: () => outbound$.complete(),
  listens: () => outbound$.observed,
})

/** Something that runs, and is given things. */
interface Runs<Out> {
  readonly outbound$: Subject<Out>
  readonly life: Subscription
}

/** Builds and starts all of a plan; `tell` hears what happens there. */
export const buildWorld = (
  plan: Plan,
  clock: VirtualClock,
  tell: (happening: Happening) => void,
  spoil: Spoil,
): World => {
  const random = fixedRandom(plan.seed)
  const clocks = new Map<string, HostClock>()
  const clockOf = (host: string): SchedulerLike => {
    const known = clocks.get(host) ?? hostClock(clock)
    clocks.set(host, known)
    return spoil.clock?.(host, known) ?? known
  }
  const network = virtualInternetwork(clock, {
    everywhere: { latency: plan.latency },
    clockOf,
    random,
  })
  const members = membersOf(plan)
  const stated = boundsOf(plan)
  const bounds = spoil.bounds?.(stated) ?? stated
  const all: Owned[] = []
  const applications = new Map<string, Runs<NetworkOutbound>>()
  const samples: (() => void)[] = []
  watchWires(network, hostsOf(plan), tell)
  watchDepartures(network, plan, tell)
  watchRegistrations(network, plan, tell)
  const hostsByUuid = new Map<string, string>()
  const hostOf = (uuid: string): string | undefined => hostsByUuid.get(uuid)
  const services = hubServices(hostOf, tell)
  const uuidFor = (host: string): string => {
    const uuid = randomDeviceUuid(random)
    hostsByUuid.set(uuid, host)
    return uuid
  }
  const tellGone = (host: string): void =>
    tell({ _tag: 'Gone', host, timers: clocks.get(host)?.pending() ?? 0, open: network.open(host) })
  watchHosts(network, members, services, tellGone, tell)
  const nats = new Map(
    plan.nats.map(({ name, inside, outside }) => [name, network.nat(name, { inside, outside, mask: MASK })]),
  )

  const hubHears = (host: string, number: number, event: HubEvent): void => {
    switch (event._tag) {
      case 'NodeConnected':
        tell({ _tag: 'Admitted', hub: host, uuid: event.uuid })
        services.connected(host, event.uuid)
        return
      case 'NodeDisconnected': {
        const { uuid, unconfirmed } = event
        const peer = hostOf(uuid)
        if (peer !== undefined) tell({ _tag: 'Unconfirmed', host, peer, as: 'hub', count: unconfirmed })
        tell({ _tag: 'Released', hub: host, uuid })
        services.disconnected(host, uuid)
        return
      }
      case 'Nodes': {
        const members = event.nodes.map(({ vmac }) => vmac)
        const queued = Math.max(0, ...event.nodes.map(node => node.queued))
        tell({ _tag: 'Listed', host, network: number, members })
        tell({ _tag: 'Sampled', host, table: 'connections', size: members.length, bound: nodesOn(plan, number) })
        tell({ _tag: 'Sampled', host, table: 'queue for a node', size: queued, bound: stated.queued + MOST_AT_ONCE })
        return
      }
      case 'Counters':
        tell({
          _tag: 'Sampled',
          host,
          table: 'connections that are not nodes yet',
          size: event.counters.pending,
          bound: nodesOn(plan, number),
        })
        return
      case 'Dropped':
        tell({ _tag: 'Noted', host, reason: event.reason, count: event.count })
        return
      case 'Refused':
        tell({ _tag: 'Noted', host, reason: `a connection: ${event.reason}`, count: event.count })
        return
      default:
    }
  }
  for (const on of plan.networks) {
    if (on.kind !== 'sc') continue
    for (const host of on.hubs) {
      const { idleLimit, connectWait } = plan.timings
      const options = {
        limits: {
          maxConnections: bounds.connections ?? nodesOn(plan, on.number),
          maxPending: bounds.pending ?? nodesOn(plan, on.number),
          maxQueued: bounds.queued,
        },
        timings: { idleLimit, connectWait },
      }
      const plain = network.hub(host, spoil.hub?.(host, options) ?? options)
      const hub = runs(spoil.hubFunction?.(host, plain) ?? plain, event => hubHears(host, on.number, event))
      all.push(owned(host, hub))
      samples.push(() => {
        hub.outbound$.next({ _tag: 'ListNodes' })
        hub.outbound$.next({ _tag: 'ReadCounters' })
      })
    }
  }

  const applicationHears = ({ host, seats }: Member, event: NetworkEvent): void => {
    switch (event._tag) {
      case 'Apdu':
        tell({
          _tag: 'Delivered',
          host,
          id: unchangedIdOf(event.apdu),
          source: event.source,
          destination: event.destination,
          expectingReply: event.expectingReply,
          priority: event.priority,
        })
        return
      case 'Dropped':
        if (event.outbound._tag === 'Apdu') {
          const { reason, port } = event
          const network = seats.find(seat => nameOf(seat) === port)?.network
          tell({ _tag: 'GivenBack', host, isTold: true, id: idIn(event.outbound.apdu), network, reason })
        }
        return
      case 'Discarded':
        tell({ _tag: 'Noted', host, reason: event.reason, count: event.count })
        return
      case 'RejectSent':
        tell({ _tag: 'Noted', host, reason: `rejected with ${event.reason}`, count: 1 })
        return
      case 'Routes': {
        const learned = event.routes.filter(({ origin }) => origin === 'announced' || origin === 'seen').length
        tell({ _tag: 'Sampled', host, table: 'learned routes', size: learned, bound: stated.learnedRoutes })
        return
      }
      case 'Counters': {
        const { ports, waiting } = event.counters
        const sources = Object.keys(ports).length + 1
        tell({ _tag: 'Sampled', host, table: 'NPDUs without a route', size: waiting, bound: stated.waiting * sources })
        return
      }
      default:
    }
  }
  const outside = (nat: string, address: BipAddress): BipAddress | undefined => nats.get(nat)?.outside(address)
  const tellAgain = new Map<string, () => void>()
  for (const member of members) {
    const { host, seats, isBox } = member
    const sat = seats.map(seat => ({
      seat,
      ...seatLink(seat, { network, plan, clock, bounds, stated, spoil, outside, uuidFor, hostOf, tell }),
    }))
    const options = {
      ports: sat.map(({ seat, link }) => ({
        name: nameOf(seat),
        link,
        ...(seat.knowsNumber ? { network: seat.network } : {}),
      })),
      limits: { routing: { maxRoutes: bounds.learnedRoutes }, discovery: { inTotal: bounds.waiting } },
    }
    const plain = isBox ? network.router(host, options) : network.entity(host, options)
    const application = runs(spoil.application?.(host, plain, clockOf(host)) ?? plain, event =>
      applicationHears(member, event),
    )
    applications.set(host, application)
    all.push(owned(host, application))
    tellAgain.set(host, () => {
      for (const { tellAgain: again } of sat) again()
    })
    samples.push(() => {
      if (network.isDown(host)) return
      for (const { sample } of sat) sample()
      application.outbound$.next({ _tag: 'ReadRoutes' })
      application.outbound$.next({ _tag: 'ReadCounters' })
    })
  }

  network.fault$.subscribe(fault => {
    if (fault._tag !== 'Rebind') return
    const hosts = members.flatMap(({ host, seats: [seat] }) =>
      seat.kind === 'ip' && seat.nat === fault.nat ? [host] : [],
    )
    tell({ _tag: 'Rebound', hosts })
    for (const host of hosts) tellAgain.get(host)?.()
  })

  const beside = spoil.beside?.(network, clock)
  return {
    network,
    members,
    send: (host, apdu) => applications.get(host)?.outbound$.next(apdu),
    sample: () => {
      for (const sample of samples) sample()
    },
    end: isGraceful => {
      beside?.unsubscribe()
      // Nodes first: they have somebody to say goodbye to.
      for (const { host, complete, life } of [...all].reverse()) {
        if (isGraceful(host)) complete()
        else life.unsubscribe()
      }
      for (const host of new Set(all.map(one => one.host))) if (!isGraceful(host)) tellGone(host)
    },
    look: () => {
      for (const host of new Set(all.map(one => one.host))) tellGone(host)
    },
    open: () => [
      ...all.filter(({ life }) => !life.closed).map(({ host }) => host),
      ...all.filter(({ listens }) => listens()).map(({ host }) => `ears of ${host}`),
      ...(network.open() > 0 ? [`${network.open()} sockets`] : []),
    ],
  }
}

/** Each node has one connection to a hub at most, be it a dead one that is not found out yet. */
const nodesOn = (plan: Plan, network: number): number =>
  (plan.networks[network - 1]?.seats.length ?? 0) + seatsOfBoxes(plan, network).length

/** A queue may pass its bound by the message that fills it, and by what the hub itself answers meanwhile. */
const MOST_AT_ONCE = 256

const runs = <Out, In>(
  duplex: (outbound$: Observable<Out>) => Observable<In>,
  hear: (event: In) => void,
): Runs<Out> => {
  const outbound$ = new Subject<Out>()
  return { outbound$, life: duplex(outbound$).subscribe(hear) }
}

/** The name of a port. */
const nameOf = ({ network }: Seat): string => `net-${network}`

/** A host that is down does not say what it has lost. */
const watchHosts = (
  network: VirtualInternetwork,
  members: readonly Member[],
  services: HubServices,
  tellGone: (host: string) => void,
  tell: (happening: Happening) => void,
): void => {
  const seats = new Map(members.map(member => [member.host, member.seats]))
  network.host$.subscribe(({ host, isUp }) => {
    if (isUp) return
    tellGone(host)
    services.ended(host)
    for (const { network: number } of seats.get(host) ?? []) {
      tell({ _tag: 'Stands', host, network: number, isUp: false, through: undefined, mac: undefined })
    }
  })
}
