import {
  createServer as createHttpServer,
  STATUS_CODES,
  type IncomingMessage,
  type Server as HttpServer,
} from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Duplex as DuplexStream } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import { Observable } from 'rxjs'
import { WebSocketServer } from 'ws'
import type { Server, ServerEvent, Subprotocol } from '../sc/connection/socket.js'
import { ms } from '../values/duration.js'
import { hostAndPort, isPlaintextUri, type ListenUri } from '../values/sc-uri.js'
import { acceptedSocket } from './accepted-socket.js'
import { readFairly } from './fair-reading.js'
import { handshakes, type HandshakeOptions } from './handshakes.js'
import { peerCertificate } from './peer-certificate.js'
import { answerPings } from './pongs.js'
import { certificateOf, securedSockets } from './secured-sockets.js'
import { distrust, serverTls, type CheckedTls, type Distrust } from './tls.js'
import { webSocketLimits } from './web-socket-limits.js'

/** How a server listens. */
export interface ListenOptions extends HandshakeOptions {
  readonly uri: ListenUri
  /**
   * Needed for `wss:`. It listens once the first is there. What comes later is for new connections; those of peers whose
   * certificate it revokes are cut.
   */
  readonly tls$: Observable<CheckedTls> | undefined
  /** What it serves; a client that offers none of these is refused with HTTP 400. */
  readonly subprotocols: readonly Subprotocol[]
  /** Fragments in which a message may come; more close with 1008. */
  readonly maxFragments: number
}

const NO_MATERIAL: Distrust = { code: 'CERT_UNTRUSTED', detail: 'there is no issuer to trust' }

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
    const refused = (address: string, reason: string): void => subscriber.next({ _tag: 'Refused', address, reason })
    const underWay = handshakes(options, refused)
    const { note } = underWay
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

    const onTls = (socket: TLSSocket): void => {
      const handshake = underWay.secure(socket)
      // Trust nobody by mistake: there is no handshake before there is material.
      const peer = peerCertificate(socket)
      const reason = tls === undefined ? NO_MATERIAL : distrust(peer, socket.authorizationError, tls, Date.now())
      if (reason !== undefined) note(socket, `TLS: ${reason.detail}`)
      if (reason !== undefined || handshake === undefined || peer === undefined) socket.destroy()
      else secured.add(socket, peer)
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
        const handshake = underWay.finish(socket)
        if (handshake === undefined) {
          webSocket.on('error', () => undefined)
          webSocket.terminate()
          return
        }
        answerPings(webSocket, () => socket.writableLength)
        readFairly(webSocket, socket)
        const { address, since } = handshake
        const spent = ms(scheduler.now() - since)
        const known = { address, subprotocol, spent, certificate: () => certificateOf(socket) }
        const accepted = acceptedSocket(webSocket, socket, known, () => secured.cutFor(socket))
        subscriber.next({ _tag: 'Accepted', socket: accepted })
      })
    }

    http.on('connection', underWay.enter)
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
      if (http.listening) refused('?', error.message)
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
      underWay.close()
    })
  })

/** What went wrong in a TLS or HTTP handshake, in one short sentence. OpenSSL's own words are in `reason`. */
const handshakeFault = (error: Error & { readonly code?: string; readonly reason?: string }): string =>
  /^ERR_(SSL|TLS)_/.test(error.code ?? '')
    ? `TLS: ${error.reason ?? error.message}`
    : `${error.code?.startsWith('HPE_') === true ? 'HTTP: ' : ''}${error.message}`
