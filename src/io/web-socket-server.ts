import { createServer as createHttpServer, STATUS_CODES, type IncomingMessage, type Server } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo, Socket as NetSocket } from 'node:net'
import type { Duplex as DuplexStream } from 'node:stream'
import { TLSSocket } from 'node:tls'
import { Observable, type SchedulerLike, type Subscription } from 'rxjs'
import { WebSocketServer } from 'ws'
import type { Server$, ServerEvent, Subprotocol } from '../sc/socket.js'
import { ms, type Duration } from '../values/duration.js'
import { hostAndPort, isPlaintextUri, type ListenUri } from '../values/sc-uri.js'
import { acceptedSocket } from './accepted-socket.js'
import { peerDistrust, serverTls, type CheckedTls } from './tls.js'
import { webSocketLimits } from './web-socket-limits.js'

/** How a server listens. */
export interface ListenOptions {
  readonly uri: ListenUri
  /** Needed for `wss:`. */
  readonly tls: CheckedTls | undefined
  /** What it serves; a client that offers none of these is refused with HTTP 400. */
  readonly subprotocols: readonly Subprotocol[]
  /** Time from TCP accept to an open WebSocket. */
  readonly handshakeTimeout: Duration
  /** Sockets that may be on that way at once; more are dropped as TCP accepts them. */
  readonly maxHandshakes: number
  readonly scheduler: SchedulerLike
}

/** A TCP connection on its way to a WebSocket. */
interface Handshake {
  readonly since: number
  readonly timer: Subscription
  /** What went wrong, once something did. */
  reason: string
}

const NO_REQUEST = 'closed before a WebSocket was open'

/**
 * A WebSocket server (clause AB.7): TLS 1.3 with client certificates, our subprotocols only, no extensions, any path,
 * messages up to 65535 octets (longer ones close with 1009).
 */
export const webSocketServer = (options: ListenOptions): Server$ =>
  new Observable<ServerEvent>(subscriber => {
    const { uri, tls, subprotocols, scheduler } = options
    const secure = !isPlaintextUri(uri)
    if (secure && tls === undefined) {
      subscriber.error(new Error(`${uri} needs a certificate, and none is configured`))
      return
    }
    const handshakes = new Map<string, Handshake>()
    const sockets = new Set<NetSocket>()
    const chosen = (offered: Iterable<string>): Subprotocol | undefined => {
      const names = [...offered]
      return subprotocols.find(subprotocol => names.includes(subprotocol))
    }
    const http: Server = secure && tls !== undefined ? createHttpsServer(serverTls(tls)) : createHttpServer()
    const upgrader = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      ...webSocketLimits,
      handleProtocols: offered => chosen(offered) ?? false,
    })

    const onTcp = (socket: NetSocket): void => {
      const address = addressOf(socket)
      if (handshakes.size >= options.maxHandshakes) {
        subscriber.next({ _tag: 'Refused', address, reason: 'too many handshakes at once' })
        socket.destroy()
        return
      }
      const timer = scheduler.schedule(() => {
        note(address, 'no WebSocket in time')
        socket.destroy()
      }, options.handshakeTimeout)
      handshakes.set(address, { since: scheduler.now(), timer, reason: NO_REQUEST })
      sockets.add(socket)
      socket.once('close', () => {
        sockets.delete(socket)
        const handshake = handshakes.get(address)
        if (handshake === undefined) return
        finish(address, handshake)
        subscriber.next({ _tag: 'Refused', address, reason: handshake.reason })
      })
    }

    const finish = (address: string, handshake: Handshake): void => {
      handshake.timer.unsubscribe()
      handshakes.delete(address)
    }

    const note = (address: string, reason: string): void => {
      const handshake = handshakes.get(address)
      if (handshake?.reason === NO_REQUEST) handshake.reason = reason
    }

    const refuse = (stream: DuplexStream, address: string, status: number, reason: string): void => {
      note(address, reason)
      stream.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
    }

    const onUpgrade = (request: IncomingMessage, stream: DuplexStream, head: Buffer): void => {
      const { socket } = request
      const address = addressOf(socket)
      stream.on('error', () => stream.destroy())
      const distrust = tls !== undefined && socket instanceof TLSSocket ? peerDistrust(socket, tls) : undefined
      if (distrust !== undefined) {
        note(address, distrust)
        stream.destroy()
        return
      }
      const subprotocol = chosen((request.headers['sec-websocket-protocol'] ?? '').split(',').map(name => name.trim()))
      if (subprotocol === undefined) {
        refuse(stream, address, 400, 'no subprotocol that is served here was offered')
        return
      }
      upgrader.handleUpgrade(request, stream, head, webSocket => {
        const handshake = handshakes.get(address)
        if (handshake === undefined) return
        const elapsed = ms(scheduler.now() - handshake.since)
        finish(address, handshake)
        subscriber.next({
          _tag: 'Accepted',
          socket: acceptedSocket(webSocket, socket, { address, subprotocol }, elapsed),
        })
      })
    }

    http.on('connection', onTcp)
    http.on('upgrade', onUpgrade)
    http.on('clientError', (error: Error, stream: DuplexStream) => {
      note(addressOf(stream), handshakeFault(error))
      stream.destroy()
    })
    http.on('request', (request, response) => {
      note(addressOf(request.socket), 'an HTTP request without an upgrade')
      response.writeHead(426, { Upgrade: 'websocket', Connection: 'close' }).end()
    })
    upgrader.on('wsClientError', (error, stream) =>
      refuse(stream, addressOf(stream), 400, `WebSocket: ${error.message}`),
    )
    http.on('error', error => {
      // Once it listens, an error is about one connection that could not be accepted, when files run out for example.
      if (http.listening) subscriber.next({ _tag: 'Refused', address: '?', reason: error.message })
      else subscriber.error(error)
    })
    const { host, port } = hostAndPort(uri)
    http.listen({ host, port, backlog: 1024 }, () => {
      const bound = http.address() as AddressInfo
      const named = host.includes(':') ? `[${host}]` : host
      const real = `${secure ? 'wss' : 'ws'}://${named}:${bound.port}` as ListenUri
      subscriber.next({ _tag: 'Listening', uri: real })
    })
    subscriber.add(() => {
      http.close()
      for (const { timer } of handshakes.values()) timer.unsubscribe()
      handshakes.clear()
      for (const socket of sockets) socket.destroy()
    })
  })

/** What went wrong in a TLS or HTTP handshake, in one short sentence. OpenSSL's own words are in `reason`. */
const handshakeFault = (error: Error & { readonly code?: string; readonly reason?: string }): string =>
  /^ERR_(SSL|TLS)_/.test(error.code ?? '')
    ? `TLS: ${error.reason ?? error.message}`
    : `${error.code?.startsWith('HPE_') === true ? 'HTTP: ' : ''}${error.message}`

/** `HOST:PORT` or `[IPv6]:PORT` of the other end; TCP and TLS socket of one connection have the same. */
const addressOf = (socket: object): string => {
  const { remoteAddress = '?', remotePort = 0 } = socket as Partial<NetSocket>
  const host = remoteAddress.replace(/^::ffff:/, '')
  return host.includes(':') ? `[${host}]:${remotePort}` : `${host}:${remotePort}`
}
