import { Observable, Subject, Subscription, type SchedulerLike } from 'rxjs'
import {
  Subprotocol,
  type Server,
  type ServerEvent,
  type Socket,
  type SocketEvent,
} from '../../sc/connection/socket.js'
import type { ListenUri } from '../../values/sc-uri.js'
import type { Random } from '../../values/random.js'
import type { Paths } from '../paths/paths.js'
import type { Fate } from './fate.js'
import type { Dialled, Tapped } from './tapped.js'
import { virtualClient, type Breakable } from './virtual-client.js'
import { virtualConnection, type ConnectionWorld, type VirtualConnection } from './virtual-connection.js'

/** WebSockets between named hosts: servers and clients with the types of the real ones, and what goes wrong with them. */
export interface VirtualWebSockets {
  /** Lets a host listen while subscribed. Errors when it does already, as a port in use would. */
  readonly listen$: (host: string, uri: ListenUri) => Server
  /** A WebSocket from one host to another. Cold: each subscription dials. */
  readonly socket: (from: string, to: string, subprotocol?: Subprotocol) => Socket
  /** Cuts all connections of a host at this moment; both ends are told at once. */
  readonly cut: (host: string) => void
  /** Lets nothing pass any more on the connections that a host has at this moment; nobody is told. */
  readonly mute: (host: string) => void
  /** Lets a host refuse whoever dials it, as if nobody listened, until it is unsubscribed. */
  readonly refuse: (host: string) => Subscription
  /** Lets a host answer nobody who dials it, until it is unsubscribed; who dialled meanwhile is never answered. */
  readonly hang: (host: string) => Subscription
  /** Who dials whom. Hot; never completes. */
  readonly dial$: Observable<Dialled>
  /** What clients send and hear, and the ends of connections. Hot; never completes. */
  readonly tap$: Observable<Tapped>
  /** What became of each message that was taken. Hot; never completes. Costs nothing while nobody listens. */
  readonly fate$: Observable<Fate>
}

/** What virtual WebSockets stand on. */
export interface VirtualWebSocketsOptions {
  readonly paths: Paths
  readonly random: Random
}

/** WebSockets on those paths, in the time of the scheduler. */
export const virtualWebSockets = (
  scheduler: SchedulerLike,
  { paths, random }: VirtualWebSocketsOptions,
): VirtualWebSockets => {
  const listening = new Map<string, (event: ServerEvent) => void>()
  const refusing = new Set<Held>()
  const hanging = new Set<Held>()
  const connections = new Set<VirtualConnection>()
  const attempts = new Set<Breakable>()
  const dialled$ = new Subject<Dialled>()
  const tapped$ = new Subject<Tapped>()
  const fated$ = new Subject<Fate>()
  const onTap = (tapped: Tapped): void => tapped$.next(tapped)
  const onFate = (fate: Fate): void => fated$.next(fate)
  const world: ConnectionWorld = { paths, scheduler, random, onFate: () => (fated$.observed ? onFate : undefined) }

  const open = (
    client: string,
    server: string,
    subprotocol: Subprotocol,
    tell: (event: SocketEvent) => void,
  ): VirtualConnection => {
    const over = (): boolean => connections.delete(connection)
    const connection = virtualConnection(world, { client, server, subprotocol, tell, over })
    connections.add(connection)
    return connection
  }

  /** All of a host. Those that come meanwhile are not among them. */
  const of = (host: string): readonly Breakable[] =>
    [...connections, ...attempts].filter(({ client, server }) => client === host || server === host)

  return {
    listen$: (host, uri) =>
      new Observable(subscriber => {
        if (listening.has(host)) {
          subscriber.error(new Error(`'${host}' is running already`))
          return
        }
        listening.set(host, event => subscriber.next(event))
        subscriber.add(() => {
          listening.delete(host)
          for (const { server, accepted } of [...connections]) if (server === host) accepted.terminate()
        })
        subscriber.next({ _tag: 'Listening', uri })
      }),

    socket: (from, to, subprotocol = Subprotocol.HUB) =>
      virtualClient({
        from,
        to,
        subprotocol,
        paths,
        scheduler,
        random,
        attempts,
        dialled: () => dialled$.next({ at: scheduler.now(), from, to }),
        knock: tell => {
          if (isHeld(hanging, to)) return { _tag: 'Hang' }
          const server = listening.get(to)
          if (server === undefined) return { _tag: 'Refuse', detail: 'nobody listens' }
          if (isHeld(refusing, to)) return { _tag: 'Refuse', detail: 'it refuses' }
          const connection = open(from, to, subprotocol, tell)
          return {
            _tag: 'Accept',
            connection,
            tellServer: () => server({ _tag: 'Accepted', socket: connection.accepted }),
          }
        },
        onTap: () => (tapped$.observed ? onTap : undefined),
      }),

    cut: host => {
      for (const each of of(host)) each.cut()
    },
    mute: host => {
      for (const each of of(host)) each.mute()
    },
    refuse: host => hold(refusing, host),
    hang: host => hold(hanging, host),
    dial$: dialled$.asObservable(),
    tap$: tapped$.asObservable(),
    fate$: fated$.asObservable(),
  }
}

/** What holds for a host, once for each who wants it. */
interface Held {
  readonly host: string
}

const hold = (all: Set<Held>, host: string): Subscription => {
  const held = { host }
  all.add(held)
  return new Subscription(() => all.delete(held))
}

const isHeld = (all: ReadonlySet<Held>, host: string): boolean => {
  for (const held of all) if (held.host === host) return true
  return false
}
