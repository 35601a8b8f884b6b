import { merge, Observable, tap } from 'rxjs'
import type { Duplex } from '../../src/link/duplex.js'
import type { OutboundNpdu } from '../../src/link/link.js'
import type { NetworkDestination } from '../../src/network/event/destination.js'
import type {
  NetworkEvent,
  NetworkOutbound,
  OutboundApdu,
  ReceivedApdu,
} from '../../src/network/event/network-event.js'
import type { NetworkLink } from '../../src/network/link/network-link.js'
import type { NetworkPortOptions } from '../../src/network/port/port.js'
import type { HubCommand, HubEvent } from '../../src/sc/hub/hub-event.js'
import { virtualClock, virtualInternetwork, type VirtualInternetwork } from '../../src/testing/index.js'
import type { NetworkOptions, RouterOptions } from '../../src/transport/router.js'
import { ms, type Duration } from '../../src/values/duration.js'
import type { Mac } from '../../src/values/mac.js'
import { hostOn, hubName, type Host, type HostOptions, type Kind } from './internetwork-hosts.js'
import { run, type Running } from './running.js'
import { fromHex, toHex } from './vectors.js'
import { macOf } from './mac.js'

/** A network of a lab. */
export interface LabNetwork {
  readonly kind: Kind
  readonly number: number
  /** Its place among the virtual media. */
  readonly index: number
  /** Its hub, where it has one. */
  readonly hub: Running<HubCommand, HubEvent> | undefined
}

/** How a node sits on a network. */
export interface LabPort extends HostOptions, Partial<Pick<NetworkPortOptions, 'isSecure'>> {
  readonly on: LabNetwork
  /** The number that it has configured for it; `undefined` for none. Default: that of the network. */
  readonly as?: number | undefined
  /** Its host there. Default: the next that is free. */
  readonly host?: number
}

/** A router or another node, running. */
export interface LabNode extends Running<NetworkOutbound, NetworkEvent> {
  /** Its MAC addresses; the first is that of its application. A port is called by its network: `ip6 20`. */
  readonly ports: readonly { readonly on: LabNetwork; readonly mac: Mac }[]
  readonly isRouter: boolean
  readonly send: (apdu: string, to: NetworkDestination, more?: Partial<OutboundApdu>) => void
  /** From whom it heard an APDU, and how: `10 0a000107bac0 global-broadcast`. */
  readonly heard: (apdu: string) => readonly string[]
  readonly apdus: () => readonly ReceivedApdu[]
  /** The networks that it knows the way to now. */
  readonly routes: () => Readonly<Record<number, string>>
  /** What was told since this was asked last, of one kind. */
  readonly news: <Tag extends NetworkEvent['_tag']>(tag: Tag) => readonly Extract<NetworkEvent, { _tag: Tag }>[]
}

/** A station with no network layer, for what no node of ours would say. */
export interface BareStation {
  readonly mac: Mac
  readonly say: (npdu: string | Uint8Array, to?: Mac | 'broadcast') => void
  /** The NPDUs that it heard since this was asked last. */
  readonly heard: () => readonly string[]
  readonly kill: () => void
}

/** An NPDU that somebody gave to his link. */
export interface SpokenNpdu {
  readonly at: number
  readonly by: string
  /** The number of the network. */
  readonly network: number
  readonly to: string
  readonly hex: string
}

/** A `virtualInternetwork` with its clock in the hands of the test, and what is said and heard there written down. */
export interface Internetwork {
  readonly virtual: VirtualInternetwork
  /** How many datagrams, and messages between hubs and nodes, there have been. */
  readonly datagrams: () => number
  readonly network: (kind: Kind, number: number) => LabNetwork
  readonly router: (
    name: string,
    ports: readonly (LabNetwork | LabPort)[],
    options?: Partial<Omit<RouterOptions, 'ports' | 'scheduler' | 'random'>>,
  ) => LabNode
  readonly station: (
    name: string,
    port: LabNetwork | LabPort,
    options?: Partial<Omit<NetworkOptions, 'ports' | 'scheduler' | 'random'>>,
  ) => LabNode
  readonly bare: (name: string, port: LabNetwork | LabPort) => BareStation
  readonly advance: (time: Duration) => void
  readonly now: () => number
  /** What was given to links since this was asked last. */
  readonly spoken: () => readonly SpokenNpdu[]
  /** Who heard an APDU, each with whom it was from: `{ b: ['10 0a000107bac0 unicast'] }`. */
  readonly hearers: (apdu: string) => Readonly<Record<string, readonly string[]>>
  /** Has arrivals of NPDUs lost for as long as that is said. */
  readonly lose: (isLost: ((by: string) => boolean) | undefined) => void
  /** Ends all without a word. */
  readonly close: () => void
  /** Timers that are set, and what is on its way. */
  readonly running: () => number
  /** Links that are subscribed. */
  readonly open: () => number
}

/** An internetwork with nothing in it. Everything is on its way for a millisecond. */
export const internetwork = (): Internetwork => {
  const clock = virtualClock()
  const virtual = virtualInternetwork(clock, { everywhere: { latency: ms(1) } })
  let datagrams = 0
  merge(virtual.ipv4.tap$, virtual.ipv6.tap$, virtual.sc.tap$).subscribe(() => datagrams++)
  const nodes: LabNode[] = []
  const ends: (() => void)[] = []
  const spoken: SpokenNpdu[] = []
  const hosts = new Map<number, number>()
  let networks = 0
  let isLost: ((by: string) => boolean) | undefined
  let open = 0

  /** A link that says what goes through it, and loses what is to be lost. */
  const watched = (by: string, { number }: LabNetwork, link: NetworkLink): NetworkLink => ({
    ...link,
    duplex: outbound$ =>
      new Observable(subscriber => {
        open++
        subscriber.add(() => open--)
        const heard = ({ npdu, destination }: OutboundNpdu<Mac>): void =>
          void spoken.push({ at: clock.now(), by, network: number, to: destination, hex: toHex(npdu) })
        return link.duplex(outbound$.pipe(tap(heard))).subscribe({
          next: event => {
            if (event._tag !== 'Npdu' || isLost?.(by) !== true) subscriber.next(event)
          },
          error: (error: unknown) => subscriber.error(error),
          complete: () => subscriber.complete(),
        })
      }),
  })

  const sit = (by: string, given: LabNetwork | LabPort): Host & { readonly on: LabNetwork } => {
    const port: LabPort = 'on' in given ? given : { on: given }
    const { on } = port
    const next = (hosts.get(on.index) ?? 10) + 1
    if (port.host === undefined) hosts.set(on.index, next)
    const { mac, link } = hostOn(virtual, by, on.kind, on.index, port.host ?? next, port)
    return { on, mac, link: watched(by, on, link) }
  }

  const ported = (
    { on, link }: ReturnType<typeof sit>,
    given: LabNetwork | LabPort,
    name: string,
  ): NetworkPortOptions => {
    const port: LabPort = 'on' in given ? given : { on: given }
    const network = 'as' in port ? port.as : on.number
    return {
      name,
      link,
      ...(network === undefined ? {} : { network }),
      ...(port.isSecure === undefined ? {} : { isSecure: port.isSecure }),
    }
  }

  const node = (name: string, given: readonly (LabNetwork | LabPort)[], make: MakeNode): LabNode => {
    const sat = given.map(port => sit(name, port))
    const options = sat.map((one, index) => {
      const isSecond = sat.findIndex(({ on }) => on === one.on) < index
      return ported(one, given[index] ?? one.on, `${one.on.kind} ${one.on.number}${isSecond ? ' again' : ''}`)
    })
    const running = run(name, make.duplex(options), clock)
    const apdus = (): readonly ReceivedApdu[] => running.told('Apdu')
    const counts = new Map<string, number>()
    const made: LabNode = {
      ...running,
      ports: sat.map(({ on, mac }) => ({ on, mac })),
      isRouter: make.isRouter,
      send: (apdu, destination, more = {}) =>
        running.submit({ _tag: 'Apdu', apdu: fromHex(apdu), destination, ...more }),
      apdus,
      heard: apdu =>
        apdus()
          .filter(heard => toHex(heard.apdu) === apdu)
          .map(({ source, destination }) => `${source.network ?? 'here'} ${source.mac} ${destination}`),
      routes: () => {
        running.submit({ _tag: 'ReadRoutes' })
        const routes = running.told('Routes').at(-1)?.routes ?? []
        return Object.fromEntries(
          routes.map(({ network, port, nextHop, state }) => [network, `${port} ${nextHop ?? 'direct'} ${state}`]),
        )
      },
      news: tag => {
        const events = running.told(tag)
        const seen = counts.get(tag) ?? 0
        counts.set(tag, events.length)
        return events.slice(seen)
      },
    }
    nodes.push(made)
    ends.push(made.kill)
    return made
  }

  return {
    virtual,
    datagrams: () => datagrams,
    network: (kind, number) => {
      const index = ++networks
      const hub = kind === 'sc' ? run(hubName(index), virtual.hub(hubName(index)), clock) : undefined
      if (hub !== undefined) ends.push(hub.kill)
      return { kind, number, index, hub }
    },
    router: (name, ports, options = {}) =>
      node(name, ports, {
        isRouter: true,
        duplex: given => virtual.router(name, { ...options, ports: given }),
      }),
    station: (name, port, options = {}) =>
      node(name, [port], {
        isRouter: false,
        duplex: given => virtual.entity(name, { ...options, ports: given }),
      }),
    bare: (name, port) => {
      const { mac, link } = sit(name, port)
      const running = run(name, link.duplex, clock)
      let seen = 0
      ends.push(running.kill)
      return {
        mac,
        say: (npdu, to = 'broadcast') =>
          running.submit({ _tag: 'Npdu', npdu: typeof npdu === 'string' ? fromHex(npdu) : npdu, destination: to }),
        heard: () => {
          const heard = running.told('Npdu')
          const hexes = heard.slice(seen).map(({ npdu }) => toHex(npdu))
          seen = heard.length
          return hexes
        },
        kill: running.kill,
      }
    },
    advance: clock.advance,
    now: () => clock.now(),
    spoken: () => spoken.splice(0),
    hearers: apdu =>
      Object.fromEntries(nodes.map(one => [one.name, one.heard(apdu)] as const).filter(([, from]) => from.length > 0)),
    lose: given => {
      isLost = given
    },
    close: () => {
      for (const end of ends) end()
    },
    running: clock.pending,
    open: () => open,
  }
}

interface MakeNode {
  readonly isRouter: boolean
  readonly duplex: (ports: readonly NetworkPortOptions[]) => Duplex<NetworkOutbound, NetworkEvent>
}

/** The address of the application of a node, as others know it. */
export const addressOf = ({
  ports: [first],
}: Pick<LabNode, 'ports'>): { readonly network: number; readonly mac: Mac } => {
  if (first === undefined) throw new Error('it has no port')
  return { network: first.on.number, mac: first.mac }
}

/** To the application of a node. */
export const to = (node: Pick<LabNode, 'ports'>): NetworkDestination => ({ _tag: 'Station', ...addressOf(node) })

/** How an APDU of that node is heard elsewhere. */
export const from = (node: Pick<LabNode, 'ports'>, how: ReceivedApdu['destination']): string => {
  const { network, mac } = addressOf(node)
  return `${network} ${mac} ${how}`
}

/** The MAC address of a node on one of its networks. */
export const macOn = (node: Pick<LabNode, 'ports'>, network: LabNetwork): Mac =>
  node.ports.find(({ on }) => on === network)?.mac ?? macOf('')
