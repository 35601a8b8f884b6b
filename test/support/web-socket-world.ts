import { asyncScheduler, Subject, type Subscription } from 'rxjs'
import { expect, vi } from 'vitest'
import { webSocketServer } from '../../src/io/web-socket-server.js'
import { dialer } from '../../src/io/web-socket.js'
import { arrivalLimits } from '../../src/limits/arrivals.js'
import {
  MAX_FRAGMENTS,
  Subprotocol,
  type AcceptedSocket,
  type Server,
  type ServerEvent,
  type Socket,
  type SocketEvent,
  type SocketOutput,
} from '../../src/sc/connection/socket.js'
import { fixedRandom } from '../../src/testing/chance/fixed-random.js'
import { virtualPaths } from '../../src/testing/paths/paths.js'
import { virtualWebSockets } from '../../src/testing/sockets/virtual-web-sockets.js'
import { virtualClock } from '../../src/testing/time/virtual-clock.js'
import { ms, seconds } from '../../src/values/duration.js'
import type { ListenUri, ScUri } from '../../src/values/sc-uri.js'

/** Somewhere to listen, and to dial whoever listens there. */
export interface WebSocketWorld {
  /** At `uri`, or where nobody listens yet. */
  readonly listen: (uri?: ListenUri) => Server
  readonly dial: (uri: ListenUri, subprotocol?: Subprotocol) => Socket
  /** Lets its time stand still. */
  readonly end: () => void
}

/** WebSockets on the loopback interface, without TLS. */
export const realWorld = (): WebSocketWorld => ({
  listen: (uri = 'ws://127.0.0.1:0' as ListenUri) =>
    webSocketServer({
      uri,
      tls$: undefined,
      subprotocols: [Subprotocol.HUB],
      maxFragments: MAX_FRAGMENTS,
      maxHandshakes: 10,
      handshakeTimeout: seconds(10),
      scheduler: asyncScheduler,
      ...arrivalLimits(100),
    }),
  dial: (uri, subprotocol = Subprotocol.HUB) =>
    dialer({ tls$: undefined, allowPlaintext: true })(uri as string as ScUri, subprotocol),
  end: () => undefined,
})

/** Virtual WebSockets, whose time goes on by itself, but not within a turn of the event loop. */
export const virtualWorld = (): WebSocketWorld => {
  const clock = virtualClock()
  const beat = setInterval(() => clock.advance(ms(10)), 1)
  const sockets = virtualWebSockets(clock, { paths: virtualPaths({ latency: ms(1) }), random: fixedRandom(1) })
  const host = (uri: string): string => uri.slice('ws://'.length)
  return {
    listen: (uri = 'ws://server' as ListenUri) => sockets.server(host(uri), { uri, subprotocols: [Subprotocol.HUB] }),
    dial: (uri, subprotocol) => sockets.socket('client', host(uri), subprotocol),
    end: () => clearInterval(beat),
  }
}

/** One end of a WebSocket in the hands of a test. */
export interface RunningSocket {
  readonly events: readonly SocketEvent[]
  readonly tags: () => readonly string[]
  /** The contents of the messages it heard. */
  readonly heard: () => readonly Uint8Array[]
  /** `'completed'`, its error, or `undefined` while it runs. */
  readonly end: () => unknown
  readonly subscription: Subscription
  /** Waits until it has heard so many messages. */
  readonly hears: (count: number) => Promise<readonly Uint8Array[]>
  /** Waits for its end, and gives what it told last. */
  readonly ended: () => Promise<SocketEvent | undefined>
}

const running = new Set<Subscription>()

/** Ends everything that a test left open. Call it after each test. */
export const closeSockets = (): void => {
  for (const subscription of running) subscription.unsubscribe()
  running.clear()
}

const PATIENT = { timeout: 5000, interval: 2 }

const watched = (event$: AcceptedSocket['event$']): RunningSocket => {
  const events: SocketEvent[] = []
  let end: unknown
  const subscription = event$.subscribe({
    // The octets are a view of a buffer that is used again.
    next: event => events.push(event._tag === 'Message' ? { ...event, octets: event.octets.slice() } : event),
    error: (error: unknown) => (end = error),
    complete: () => (end = 'completed'),
  })
  running.add(subscription)
  const heard = (): readonly Uint8Array[] => events.flatMap(event => (event._tag === 'Message' ? [event.octets] : []))
  return {
    events,
    tags: () => events.map(({ _tag }) => _tag),
    heard,
    end: () => end,
    subscription,
    hears: async count => {
      await vi.waitFor(() => expect(heard().length).toBeGreaterThanOrEqual(count), PATIENT)
      return heard()
    },
    ended: async () => {
      await vi.waitFor(() => expect(end).toBe('completed'), PATIENT)
      return events.at(-1)
    },
  }
}

/** A client in the hands of a test. */
export interface RunningClient extends RunningSocket {
  readonly out$: Subject<SocketOutput>
}

/** Dials. */
export const runClient = (socket: Socket): RunningClient => {
  const out$ = new Subject<SocketOutput>()
  return { ...watched(socket(out$)), out$ }
}

/** A server in the hands of a test. */
export interface RunningServer {
  readonly events: readonly ServerEvent[]
  readonly error: () => unknown
  readonly subscription: Subscription
  /** Where it listens, once it does. */
  readonly uri: () => Promise<ListenUri>
  /** The socket that it accepted, once it did, and what is heard there. */
  readonly accepted: () => Promise<RunningSocket & { readonly socket: AcceptedSocket }>
}

/** Lets a server run; it listens to whoever it accepts. */
export const runServer = (server: Server): RunningServer => {
  const events: ServerEvent[] = []
  const ends: (RunningSocket & { readonly socket: AcceptedSocket })[] = []
  let error: unknown
  const subscription = server.subscribe({
    next: event => {
      events.push(event)
      if (event._tag === 'Accepted') ends.push({ ...watched(event.socket.event$), socket: event.socket })
    },
    error: (found: unknown) => (error = found),
  })
  running.add(subscription)
  const found = <A>(what: () => A | undefined): Promise<A> =>
    vi.waitFor(() => {
      const it = what()
      if (it === undefined) throw new Error(`not there: ${events.map(({ _tag }) => _tag).join()}`)
      return it
    }, PATIENT)
  return {
    events,
    error: () => error,
    subscription,
    uri: () => found(() => events.flatMap(event => (event._tag === 'Listening' ? [event.uri] : []))[0]),
    accepted: () => found(() => ends[0]),
  }
}
