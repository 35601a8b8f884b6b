import { EMPTY, mergeMap, Subject, type Subscription } from 'rxjs'
import type { AcceptedSocket, SocketEvent, SocketOutput } from '../../src/sc/connection/socket.js'
import { fixedRandom } from '../../src/testing/chance/fixed-random.js'
import { virtualPaths, type Paths } from '../../src/testing/paths/paths.js'
import type { MessageFate } from '../../src/testing/sockets/fate.js'
import { virtualWebSockets, type VirtualWebSockets } from '../../src/testing/sockets/virtual-web-sockets.js'
import { virtualClock, type VirtualClock } from '../../src/testing/time/virtual-clock.js'
import { ms } from '../../src/values/duration.js'
import { frameMessage, type WebSocketFrame } from '../../src/wire/web-socket-frame.js'

/** A frame as a hub makes it. */
export const frame = (octets: Uint8Array): WebSocketFrame => frameMessage(octets, length => new Uint8Array(length))

/** A client that dialled, in the hands of a test. */
export interface DiallingClient {
  readonly out$: Subject<SocketOutput>
  readonly heard: readonly SocketEvent[]
  readonly subscription: Subscription
  readonly tags: () => readonly string[]
  /** The first octet of each message it heard, with the time. */
  readonly messages: () => readonly (readonly [number, number])[]
}

/** A server on host `b`, and whoever dials it from host `a`. Everything is on its way for 10 ms. */
export interface WebSocketLab {
  readonly clock: VirtualClock
  readonly paths: Paths
  readonly sockets: VirtualWebSockets
  readonly fates: readonly MessageFate[]
  readonly accepted: readonly AcceptedSocket[]
  readonly atServer: readonly SocketEvent[]
  readonly server: Subscription
  readonly dial: () => DiallingClient
  /** The first octet of each message the server heard. */
  readonly messages: () => readonly (number | undefined)[]
  /** The same, with the time. */
  readonly timed: () => readonly (readonly [number, number])[]
}

/** A lab; several can stand on the same ways and the same clock. */
export const webSocketLab = (
  clock: VirtualClock = virtualClock(),
  paths: Paths = virtualPaths({ latency: ms(10) }),
): WebSocketLab => {
  const sockets = virtualWebSockets(clock, { paths, random: fixedRandom(1) })
  const fates: MessageFate[] = []
  sockets.fate$.subscribe(fate => fates.push(fate))
  const accepted: AcceptedSocket[] = []
  const atServer: SocketEvent[] = []
  const timed: (readonly [number, number])[] = []
  const server = sockets
    .server('b')
    .pipe(
      mergeMap(event => {
        if (event._tag !== 'Accepted') return EMPTY
        accepted.push(event.socket)
        return event.socket.event$
      }),
    )
    .subscribe(event => {
      atServer.push(event)
      if (event._tag === 'Message') timed.push([clock.now(), event.octets[0] ?? -1])
    })
  const dial = (): DiallingClient => {
    const out$ = new Subject<SocketOutput>()
    const heard: SocketEvent[] = []
    const messages: (readonly [number, number])[] = []
    const subscription = sockets
      .socket(
        'a',
        'b',
      )(out$)
      .subscribe(event => {
        heard.push(event)
        if (event._tag === 'Message') messages.push([clock.now(), event.octets[0] ?? -1])
      })
    return { out$, heard, subscription, tags: () => heard.map(({ _tag }) => _tag), messages: () => messages }
  }
  return {
    clock,
    paths,
    sockets,
    fates,
    accepted,
    atServer,
    server,
    dial,
    messages: () => timed.map(([, first]) => first),
    timed: () => timed,
  }
}

/** A lab in which a client is connected. */
export const openedLab = (clock?: VirtualClock, paths?: Paths): WebSocketLab & { readonly client: DiallingClient } => {
  const all = webSocketLab(clock, paths)
  const client = all.dial()
  all.clock.advance(ms(10))
  return { ...all, client }
}
