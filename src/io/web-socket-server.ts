import {
  createServer as createHttpServer,
  STATUS_CODES,
  type IncomingMessage,
  type Server as HttpServer,
} from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo, Socket as NetSocket } from 'node:net'
import type { Duplex as DuplexStream } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import { Observable, type SchedulerLike, type Subscription } from 'rxjs'
import { WebSocketServer } from 'ws'
import { arrivals, type ArrivalLimits } from '../sc/limits/arrivals.js'
import { makesRoom } from '../sc/limits/crowd.js'
import { originOf, type Origin } from '../sc/limits/origin.js'
import { ms, type Duration } from '../values/duration.js'
import type { Server, ServerEvent, Subprotocol } from '../sc/connection/socket.js'
import { hostAndPort, isPlaintextUri, type ListenUri } from '../values/sc-uri.js'
import { acceptedSocket } from './accepted-socket.js'
import { readFairly } from './fair-reading.js'
import { answerPings } from './pongs.js'
import { addressOf, endsOf } from './remote-address.js'
import { certificateOf, securedSockets } from './secured-sockets.js'
import { distrust, serverTls, type CheckedTls } from './tls.js'
import { webSocketLimits } from './web-socket-limits.js'

/** How a server listens. */
export interface ListenOptions extends ArrivalLimits {
  readonly uri: ListenUri
  /**
   * Needed for `wss:`. It listens once the first is there. What comes later is for new connections; those of peers whose
   * certificate it revokes are cut.
   */
  readonly tls$: Observable<CheckedTls> | undefined
  /** What it serves; a client that offers none of these is refused with HTTP 400. */
  readonly subprotocols: readonly Subprotocol[]
  /** Time from TCP accept to an open WebSocket; what is left of it is for the Connect-Request. */
  readonly handshakeTimeout: Duration
  /** Sockets that may be on that way at once; when more come, whoever has most of them makes room. */
  readonly maxHandshakes: number
  /** Fragments in which a message may come; more close with 1008. */
  readonly maxFragments: number
  readonly scheduler: SchedulerLike
}

/** A TCP connection on its way to a WebSocket. */
interface Handshake {
  readonly address: string
  readonly origin: Origin
  readonly ends: string
  readonly socket: NetSocket
  /** When TCP accepted it. */
  readonly since: number
  timer: Subscription | undefined
  /** What went wrong, once something did. */
  reason: string
}

const CROWDED = 'too many handshakes at once'
const NO_REQUEST = 'closed before a WebSocket was open'

/**
 * A WebSocket server (clause AB.7): TLS 1.3 with client certificates, our subprotocols only, no extensions, any path,
 * messages up to 65535 octets (longer ones close with 1009).
 */
export const webSocketServer = (options: ListenOptions): Server =>
  new Observable<ServerEvent>(subscriber => {
    const { uri, tls$, subprotocols, scheduler } = options
    const secure = !isPlaintextUri(uri)
    if (secure && tls$ === undefined) {
      subscriber.error(new Error(`${uri} needs a certificate, and none is configured`))
      return
    }
    const handshakes = new Map<string, Handshake>()
    const handshakeOf = new WeakMap<object, Handshake>()
    const sockets = new Set<NetSocket>()
    const door = arrivals(options, scheduler)
    const secured = securedSockets()
    let tls: CheckedTls | undefined
    const chosen = (offered: Iterable<string>): Subprotocol | undefined => {
      const names = [...offered]
      return subprotocols.find(subprotocol => names.includes(subprotocol))
    }
    const https = secure ? createHttpsServer(serverTls) : undefined
    const http: HttpServer = https ?? createHttpServer()
    const upgrader = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      ...webSocketLimits,
      maxFragments: options.maxFragments,
      handleProtocols: offered => chosen(offered) ?? false,
    })

    const onTcp = (socket: NetSocket): void => {
      const ends = endsOf(socket)
      const address = addressOf(socket)
      const origin = originOf(address)
      const unwanted = ends === undefined ? 'gone before it was accepted' : turnAway(origin)
      if (ends === undefined || unwanted !== undefined) {
        subscriber.next({ _tag: 'Refused', address, reason: unwanted ?? NO_REQUEST })
        socket.destroy()
        return
      }
      const timer = scheduler.schedule(() => {
        note(socket, 'no WebSocket in time')
        socket.destroy()
      }, options.handshakeTimeout)
      const since = scheduler.now()
      const handshake: Handshake = { address, origin, ends, socket, since, timer, reason: NO_REQUEST }
      handshakes.set(ends, handshake)
      handshakeOf.set(socket, handshake)
      sockets.add(socket)
      socket.once('close', () => {
        sockets.delete(socket)
        door.leave(origin)
        if (handshakes.get(ends) === handshake) abandon(handshake)
      })
    }

    /** Why nobody more from there is let in; where another has to make room, it is gone after this. */
    const turnAway = (origin: Origin): string | undefined => {
      const unwanted = door.enter(origin)
      if (unwanted !== undefined || handshakes.size < options.maxHandshakes) return unwanted
      const crowding = makesRoom(handshakes.values(), handshake => handshake.origin, origin)
      if (crowding === undefined) {
        door.leave(origin)
        return CROWDED
      }
      crowding.reason = CROWDED
      abandon(crowding)
      crowding.socket.destroy()
      return undefined
    }

    const abandon = (handshake: Handshake): void => {
      finish(handshake)
      subscriber.next({ _tag: 'Refused', address: handshake.address, reason: handshake.reason })
    }

    const onTls = (socket: TLSSocket): void => {
      const ends = endsOf(socket)
      const handshake = ends === undefined ? undefined : handshakes.get(ends)
      if (handshake !== undefined) handshakeOf.set(socket, handshake)
      const reason =
        tls === undefined
          ? undefined
          : distrust(socket.getPeerX509Certificate(), socket.authorizationError, tls, Date.now())
      if (reason !== undefined) note(socket, `TLS: ${reason.detail}`)
      if (reason !== undefined || handshake === undefined) {
        socket.destroy()
        return
      }
      secured.add(socket)
    }

    const finish = (handshake: Handshake): void => {
      handshake.timer?.unsubscribe()
      handshake.timer = undefined
      handshakes.delete(handshake.ends)
    }

    const handshakeWith = (socket: object): Handshake | undefined =>
      handshakeOf.get(socket) ?? handshakes.get(endsOf(socket) ?? '')

    const note = (socket: object, reason: string): void => {
      const handshake = handshakeWith(socket)
      if (handshake?.reason === NO_REQUEST) handshake.reason = reason
    }

    const refuse = (stream: DuplexStream, status: number, reason: string): void => {
      note(stream, reason)
      stream.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
    }

    const onUpgrade = (request: IncomingMessage, stream: DuplexStream, head: Buffer): void => {
      const { socket } = request
      stream.on('error', () => stream.destroy())
      const subprotocol = chosen((request.headers['sec-websocket-protocol'] ?? '').split(',').map(name => name.trim()))
      if (subprotocol === undefined) {
        refuse(stream, 400, 'no subprotocol that is served here was offered')
        return
      }
      upgrader.handleUpgrade(request, stream, head, webSocket => {
        const ends = endsOf(socket)
        const handshake = handshakeWith(socket)
        if (ends === undefined || handshake === undefined || handshakes.get(ends) !== handshake) {
          webSocket.on('error', () => undefined)
          webSocket.terminate()
          return
        }
        finish(handshake)
        answerPings(webSocket, () => socket.writableLength)
        readFairly(webSocket, socket)
        const { address, since } = handshake
        const spent = ms(scheduler.now() - since)
        const known = { address, subprotocol, spent, certificate: () => certificateOf(socket) }
        const accepted = acceptedSocket(webSocket, socket, known, () => secured.cutFor(socket))
        subscriber.next({ _tag: 'Accepted', socket: accepted })
      })
    }

    http.on('connection', onTcp)
    http.on('secureConnection', onTls)
    http.on('upgrade', onUpgrade)
    http.on('clientError', (error: Error, stream: DuplexStream) => {
      note(stream, handshakeFault(error))
      stream.destroy()
    })
    http.on('request', (request, response) => {
      note(request.socket, 'an HTTP request without an upgrade')
      response.writeHead(426, { Upgrade: 'websocket', Connection: 'close' }).end()
    })
    upgrader.on('wsClientError', (error, stream) => refuse(stream, 400, `WebSocket: ${error.message}`))
    http.on('error', error => {
      // Once it listens, an error is about one connection that could not be accepted, when files run out for example.
      if (http.listening) subscriber.next({ _tag: 'Refused', address: '?', reason: error.message })
      else subscriber.error(error)
    })
    const listen = (): void => {
      const { host, port } = hostAndPort(uri)
      http.listen({ host, port, backlog: 1024 }, () => {
        const bound = http.address() as AddressInfo
        const named = host.includes(':') ? `[${host}]` : host
        const real = `${secure ? 'wss' : 'ws'}://${named}:${bound.port}` as ListenUri
        subscriber.next({ _tag: 'Listening', uri: real })
      })
    }
    if (https === undefined) listen()
    else {
      subscriber.add(
        tls$?.subscribe(checked => {
          const first = tls === undefined
          tls = checked
          https.setSecureContext(checked.context)
          if (first) listen()
          else secured.cutRevoked(checked, (socket, { detail }) => note(socket, `TLS: ${detail}`))
        }),
      )
    }
    subscriber.add(() => {
      http.close()
      for (const { timer } of handshakes.values()) timer?.unsubscribe()
      handshakes.clear()
      for (const socket of sockets) socket.destroy()
    })
  })

/** What went wrong in a TLS or HTTP handshake, in one short sentence. OpenSSL's own words are in `reason`. */
const handshakeFault = (error: Error & { readonly code?: string; readonly reason?: string }): string =>
  /^ERR_(SSL|TLS)_/.test(error.code ?? '')
    ? `TLS: ${error.reason ?? error.message}`
    : `${error.code?.startsWith('HPE_') === true ? 'HTTP: ' : ''}${error.message}`
