import { Observable, Subject, type SchedulerLike, type Subscription } from 'rxjs'
import { cause } from '../../sc/connection/cause.js'
import {
  Subprotocol,
  type Server,
  type ServerEvent,
  type Socket,
  type SocketEvent,
} from '../../sc/connection/socket.js'
import { relay } from '../../machine/relay.js'
import { parseListenUri, type ListenUri } from '../../values/sc-uri.js'
import { ErrorCode } from '../../wire/error-code.js'
import type { Random } from '../../values/random.js'
import { fixedRandom } from '../chance/fixed-random.js'
import { among, type Hosts } from '../paths/hosts.js'
import { virtualPaths, type Paths } from '../paths/paths.js'
import type { MessageFate } from './fate.js'
import { hold, isHeld, type Held } from './held.js'
import type { Dialled, TappedWebSocket } from './tapped.js'
import { virtualClient, type Answer, type Breakable } from './virtual-client.js'
import { validScheduler } from '../time/valid-scheduler.js'
import { valid } from './valid.js'
import { virtualConnection, type ConnectionWorld, type VirtualConnection } from './virtual-connection.js'

/**
 * WebSockets between named hosts: servers and clients with the types of the real ones, and what goes wrong with them. A
 * fault is that of hosts, or of addresses at which hosts listen: one, a list, or `'*'` for every one.
 */
export interface VirtualWebSockets {
  /**
   * Lets the host of an address listen there while subscribed. Cold. Errors when it listens there already, as a port in use
   * would. Unsubscribing terminates all that was accepted.
   */
  readonly server: (address: string, options?: VirtualServerOptions) => Server
  /**
   * A WebSocket from a host to an address. Cold: each subscription dials. Completes after `Closed` or `Failed`, and never
   * errors but with what is sent. The subprotocol that it offers is that of hubs unless told otherwise.
   */
  readonly socket: (from: string, to: string, subprotocol?: Subprotocol) => Socket
  /** Cuts all connections that hosts have at this moment; both ends are told at once. */
  readonly cut: (hosts: Hosts) => void
  /** Lets nothing pass any more on the connections that hosts have at this moment; nobody is told. */
  readonly mute: (hosts: Hosts) => void
  /** Lets hosts refuse whoever dials them, as if nobody listened, until it is unsubscribed. */
  readonly refuse: (hosts: Hosts) => Subscription
  /** Lets hosts answer nobody who dials them, until it is unsubscribed; who dialled meanwhile is never answered. */
  readonly hang: (hosts: Hosts) => Subscription
  /** How much a host has open: addresses, ends of connections and attempts; without a name, of all hosts. */
  readonly open: (host?: string) => number
  /** Who dials whom. Hot; never completes. */
  readonly dial$: Observable<Dialled>
  /** What clients send and hear, and the ends of connections. Hot; never completes. */
  readonly tap$: Observable<TappedWebSocket>
  /** What became of each message that was taken. Hot; never completes. Costs nothing while nobody listens. */
  readonly fate$: Observable<MessageFate>
}

/** How a virtual server listens. */
export interface VirtualServerOptions {
  /** What it says in `Listening`. Default: `wss://` and its address. */
  readonly uri?: ListenUri
  /** What it serves; a client that offers none of these is refused with HTTP 400. Default: all. */
  readonly subprotocols?: readonly Subprotocol[]
}

/** Options of `virtualWebSockets`. */
export interface VirtualWebSocketsOptions {
  /** What is between the hosts; several networks can stand on the same. Default `virtualPaths()`: nothing is in the way. */
  readonly paths?: Paths
  /** Where the luck of messages comes from. Default `fixedRandom(1)`. */
  readonly random?: Random
  /** The host that listens at an address, whether or not it does now. Default: the address is the name of the host. */
  readonly hostOf?: (address: string) => string
}

/**
 * WebSockets between named hosts, in the time of `scheduler`, with the habits of the real ones: handshakes take their way,
 * messages of one connection never overtake each other, and a full queue gives back what is sent. For tests of peers that
 * are not ours; hubs and nodes of ours are on a `virtualNetwork`.
 *
 * @example
 * ```ts
 * const sockets = virtualWebSockets(scheduler)
 * // A server that sends back what it hears.
 * sockets
 *   .server('echo')
 *   .pipe(
 *     filter(event => event._tag === 'Accepted'),
 *     mergeMap(({ socket }) => socket.event$.pipe(tap(e => e._tag === 'Message' && socket.send(frameMessage(e.octets))))),
 *   )
 *   .subscribe()
 * octets$.pipe(sockets.socket('client', 'echo')).subscribe(event => …)
 * ```
 */
export const virtualWebSockets = (
  scheduler: SchedulerLike,
  { paths = virtualPaths(), random = fixedRandom(1), hostOf = address => address }: VirtualWebSocketsOptions = {},
): VirtualWebSockets => {
  validScheduler(scheduler)
  const listening = new Map<string, Listener>()
  const refusing = new Set<Held>()
  const hanging = new Set<Held>()
  const connections = new Set<VirtualConnection>()
  const attempts = new Set<Breakable>()
  const dialled$ = new Subject<Dialled>()
  let opened = 0
  const taps = relay<TappedWebSocket>()
  const fates = relay<MessageFate>()
  const onTap = (tapped: TappedWebSocket): void => taps.next(tapped)
  const onFate = (fate: MessageFate): void => fates.next(fate)
  const world: ConnectionWorld = { paths, scheduler, random, onFate: () => (fates.isHeard() ? onFate : undefined) }

  const open = (
    client: string,
    address: string,
    subprotocol: Subprotocol,
    tell: (event: SocketEvent) => void,
  ): VirtualConnection => {
    const over = (): boolean => connections.delete(connection)
    const connection = virtualConnection(world, {
      connection: ++opened,
      client,
      server: hostOf(address),
      address,
      subprotocol,
      tell,
      over,
    })
    connections.add(connection)
    return connection
  }

  /** All of some hosts or addresses. Those that come meanwhile are not among them. */
  const of = (hosts: Hosts): readonly Breakable[] => {
    const isOne = among(hosts)
    return [...connections, ...attempts].filter(
      ({ client, server, address }) => isOne(client) || isOne(server) || isOne(address),
    )
  }

  const knock = (from: string, to: string, subprotocol: Subprotocol, tell: (event: SocketEvent) => void): Answer => {
    const isUnder = (all: ReadonlySet<Held>): boolean => isHeld(all, to) || isHeld(all, hostOf(to))
    if (isUnder(hanging)) return { _tag: 'Hang' }
    const listener = listening.get(to)
    if (listener === undefined) return { _tag: 'Refuse', cause: NOBODY }
    if (isUnder(refusing)) return { _tag: 'Refuse', cause: REFUSING }
    if (!listener.subprotocols.includes(subprotocol)) {
      listener.hear({ _tag: 'Refused', address: from, reason: 'no subprotocol that is served here was offered' })
      return { _tag: 'Refuse', cause: NOT_SERVED }
    }
    const connection = open(from, to, subprotocol, tell)
    return {
      _tag: 'Accept',
      connection,
      tellServer: () => listener.hear({ _tag: 'Accepted', socket: connection.accepted }),
    }
  }

  return {
    server: (address, { uri = valid(parseListenUri(`wss://${address}`)), subprotocols = ALL_SUBPROTOCOLS } = {}) =>
      new Observable(subscriber => {
        if (listening.has(address)) {
          subscriber.error(new Error(`'${address}' is running already`))
          return
        }
        listening.set(address, { subprotocols, hear: event => subscriber.next(event) })
        subscriber.add(() => {
          listening.delete(address)
          for (const each of [...connections]) if (each.address === address) each.accepted.terminate()
        })
        subscriber.next({ _tag: 'Listening', uri })
      }),

    socket: (from, to, subprotocol = Subprotocol.HUB) =>
      virtualClient({
        from,
        to: hostOf(to),
        address: to,
        subprotocol,
        paths,
        scheduler,
        random,
        attempts,
        dialled: () => dialled$.next({ at: scheduler.now(), from, to }),
        knock: tell => knock(from, to, subprotocol, tell),
        onTap: () => (taps.isHeard() ? onTap : undefined),
      }),

    cut: hosts => {
      for (const each of of(hosts)) each.cut()
    },
    mute: hosts => {
      for (const each of of(hosts)) each.mute()
    },
    refuse: hosts => hold(refusing, hosts),
    hang: hosts => hold(hanging, hosts),
    open: host => {
      const hosts = [
        ...[...listening.keys()].map(hostOf),
        ...[...attempts].map(({ client }) => client),
        ...[...connections].flatMap(connection => connection.openAt()),
      ]
      return host === undefined ? hosts.length : hosts.filter(one => one === host).length
    },
    dial$: dialled$.asObservable(),
    tap$: taps.item$,
    fate$: fates.item$,
  }
}

const ALL_SUBPROTOCOLS = Object.values(Subprotocol)

const NOBODY = cause(ErrorCode.TCP_CONNECTION_REFUSED, 'nobody listens')
const REFUSING = cause(ErrorCode.TCP_CONNECTION_REFUSED, 'it refuses')
const NOT_SERVED = cause(ErrorCode.HTTP_UNEXPECTED_RESPONSE_CODE, 'the server answered HTTP 400 Bad Request')

/** Who listens at an address. */
interface Listener {
  readonly subprotocols: readonly Subprotocol[]
  readonly hear: (event: ServerEvent) => void
}
