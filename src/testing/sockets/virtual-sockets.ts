import { filter, map, Observable, Subject, tap, type SchedulerLike } from 'rxjs'
import { trace } from '../../link/trace.js'
import { ABNORMAL } from '../../sc/connection/cause.js'
import { memoryServer, type MemoryServer } from '../../sc/connection/memory-socket.js'
import { Subprotocol, type Server, type Socket } from '../../sc/connection/socket.js'
import type { Duration } from '../../values/duration.js'
import type { ListenUri } from '../../values/sc-uri.js'
import { breakable, type Fault } from './breakable.js'

/** Something on the way, as the node's end of the WebSocket sends or hears it. */
export type Tapped =
  | {
      readonly _tag: 'Message'
      /** When, in milliseconds on the clock of the scheduler. */
      readonly at: number
      readonly node: string
      readonly hub: string
      readonly direction: 'to hub' | 'from hub'
      /** One BVLC message. A view: read it, do not write it. */
      readonly octets: Uint8Array
    }
  /** The end of a WebSocket: 1000 in good order, 1006 when one side vanished. */
  | {
      readonly _tag: 'Closed'
      readonly at: number
      readonly node: string
      readonly hub: string
      readonly code: number
    }

/** The WebSockets of a virtual network: names for addresses, a tap on each, and what goes wrong with them. */
export interface VirtualSockets {
  /** Lets the hub of that name listen while subscribed. Errors when it does already, as a port in use would. */
  readonly listen$: (hub: string, uri: ListenUri) => Server
  readonly socket: (node: string, hub: string, subprotocol?: Subprotocol) => Socket
  /** Ends all connections of that name; both ends are told. */
  readonly cut: (name: string) => void
  /** Lets nothing pass on all connections of that name; nobody is told. */
  readonly mute: (name: string) => void
  /** Hot; never completes. */
  readonly tap$: Observable<Tapped>
}

/** Sockets between names, in the time of the scheduler. */
export const virtualSockets = (scheduler: SchedulerLike, latency: Duration): VirtualSockets => {
  const servers = new Map<string, MemoryServer>()
  const listening = new Set<string>()
  const fault$ = new Subject<{ readonly name: string; readonly fault: Fault }>()
  const tapped$ = new Subject<Tapped>()

  const serverOf = (hub: string): MemoryServer => {
    const server = servers.get(hub) ?? memoryServer(scheduler, latency)
    servers.set(hub, server)
    return server
  }

  return {
    listen$: (hub, uri) =>
      new Observable(subscriber => {
        if (listening.has(hub)) {
          subscriber.error(new Error(`'${hub}' is running already`))
          return
        }
        listening.add(hub)
        subscriber.add(() => listening.delete(hub))
        subscriber.add(serverOf(hub).server$.subscribe(subscriber))
        subscriber.next({ _tag: 'Listening', uri })
      }),

    socket: (node, hub, subprotocol = Subprotocol.HUB) => {
      const message = (direction: 'to hub' | 'from hub', octets: Uint8Array): void =>
        tapped$.next({ _tag: 'Message', at: scheduler.now(), node, hub, direction, octets })
      const closed = (code: number): void => tapped$.next({ _tag: 'Closed', at: scheduler.now(), node, hub, code })
      const faultHere$ = fault$.pipe(
        filter(({ name }) => name === node || name === hub),
        map(({ fault }) => fault),
      )
      const socket = breakable(serverOf(hub).socket(node, subprotocol), faultHere$)
      const seenToEnd: Socket = outbound$ => socket(outbound$).pipe(tap({ unsubscribe: () => closed(ABNORMAL) }))
      return trace(seenToEnd, {
        outbound: output => {
          if (output instanceof Uint8Array) message('to hub', output)
        },
        inbound: event => {
          if (event._tag === 'Message') message('from hub', event.octets)
          if (event._tag === 'Closed') closed(event.code)
        },
      })
    },

    cut: name => fault$.next({ name, fault: 'cut' }),
    mute: name => fault$.next({ name, fault: 'mute' }),
    tap$: tapped$.asObservable(),
  }
}
