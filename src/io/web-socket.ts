import type { X509Certificate } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { isIP, type createConnection } from 'node:net'
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls'
import { Observable, switchMap, take } from 'rxjs'
import { WebSocket } from 'ws'
import { cause, type Cause } from '../sc/connection/cause.js'
import {
  CloseCode,
  type Dial,
  type Socket,
  type SocketEvent,
  type SocketOutput,
  type Subprotocol,
} from '../sc/connection/socket.js'
import { isPlaintextUri, type ScUri } from '../values/sc-uri.js'
import { ErrorCode } from '../wire/error-code.js'
import { binaryMessages } from './binary-messages.js'
import { connectFailure, httpFailure } from './connect-failure.js'
import { ownClose } from './own-close.js'
import { peerCertificate } from './peer-certificate.js'
import { plainView } from './plain-view.js'
import { answerPings } from './pongs.js'
import { clientTls, distrust, isRevoked, type CheckedTls } from './tls.js'
import { turnBatch } from './turn-batch.js'
import { webSocketLimits } from './web-socket-limits.js'

/** How WebSockets are dialled. */
export interface DialOptions {
  /** Needed for `wss:`. Each dial takes the latest, or waits for the first; what comes later may end a connection. */
  readonly tls$: Observable<CheckedTls> | undefined
  /** Whether `ws:` may be dialled; BACnet/SC has no such thing. */
  readonly allowPlaintext: boolean
}

/** Octets that may wait to be taken by the network before further messages come back as `Unsent`. */
export const MAX_QUEUED: number = 1 << 20

const batch = turnBatch()

/** Dials over the network. */
export const dialer =
  (options: DialOptions): Dial =>
  (uri, subprotocol) => {
    const { tls$ } = options
    if (isPlaintextUri(uri) || tls$ === undefined) return webSocket(uri, subprotocol, options, undefined)
    return outbound$ =>
      tls$.pipe(
        take(1),
        switchMap(tls => webSocket(uri, subprotocol, options, tls)(outbound$)),
      )
  }

/**
 * A WebSocket client (clause AB.7): binary messages only, one subprotocol, no extensions, messages up to 65535 octets
 * (longer ones close it with 1009). Cold: each subscription dials. Unsubscribing drops it without a closing handshake.
 */
const webSocket =
  (uri: ScUri, subprotocol: Subprotocol, { tls$, allowPlaintext }: DialOptions, tls: CheckedTls | undefined): Socket =>
  outbound$ =>
    new Observable<SocketEvent>(subscriber => {
      const plaintext = isPlaintextUri(uri)
      let opened = false
      let failure: Cause | undefined
      let known: Cause | undefined
      let server: X509Certificate | undefined
      let latest = tls

      const fail = ({ errorCode, detail }: Cause): void => {
        subscriber.next({ _tag: 'Failed', errorCode, detail })
        subscriber.complete()
      }
      if (plaintext && !allowPlaintext) {
        fail(cause(ErrorCode.WEBSOCKET_SCHEME_NOT_SUPPORTED, `${uri} would be a connection without TLS`))
        return
      }
      if (!plaintext && tls === undefined) {
        fail(cause(ErrorCode.TLS_CLIENT_CERTIFICATE_ERROR, `${uri} needs a certificate, and none is configured`))
        return
      }

      const socket = new WebSocket(uri, [subprotocol], {
        ...(plaintext || tls === undefined
          ? {}
          : {
              createConnection: trusting(
                tls,
                () => latest ?? tls,
                found => (server = found),
              ) as typeof createConnection,
            }),
        ...webSocketLimits,
      })
      let stream: IncomingMessage['socket'] | undefined

      const send = (output: SocketOutput): void => {
        if (!(output instanceof Uint8Array)) {
          socket.close(output.code)
        } else if (stream === undefined || socket.readyState !== WebSocket.OPEN) {
          subscriber.next({ _tag: 'Unsent', octets: output, reason: 'not connected' })
        } else if (socket.bufferedAmount > MAX_QUEUED) {
          subscriber.next({ _tag: 'Unsent', octets: output, reason: 'send queue full' })
        } else {
          batch.hold(stream)
          socket.send(output, error => {
            if (error) subscriber.next({ _tag: 'Lost', octets: output })
          })
        }
      }

      const hear = (octets: Uint8Array): void => subscriber.next({ _tag: 'Message', octets })

      socket.once('upgrade', response => (stream = response.socket))
      socket.once('open', () => {
        opened = true
        answerPings(socket, () => socket.bufferedAmount)
        if (stream !== undefined) binaryMessages(stream, 'server', webSocketLimits.maxPayload, hear)
        subscriber.next({ _tag: 'Open', subprotocol: socket.protocol })
      })
      socket.on('message', (data: Buffer, isBinary) => {
        if (isBinary) hear(plainView(data))
        else subscriber.next({ _tag: 'Text' })
      })
      socket.once('unexpected-response', (request, response) => {
        failure = httpFailure(response.statusCode ?? 0, response.statusMessage ?? '')
        request.destroy()
        fail(failure)
      })
      socket.on('error', error => {
        failure ??= connectFailure(error)
        known ??= ownClose(error)
      })
      socket.once('close', (code, reason) => {
        if (!opened) {
          fail(failure ?? cause(ErrorCode.TCP_CLOSED_OTHER, 'the connection closed before it was open'))
          return
        }
        const detail = reason.toString() || (failure?.detail ?? '')
        subscriber.next({ _tag: 'Closed', code, detail, ...(known === undefined ? {} : { cause: known }) })
        subscriber.complete()
      })
      subscriber.add(
        tls$?.subscribe(checked => {
          latest = checked
          if (!isRevoked(server, checked)) return
          known ??= cause(ErrorCode.TLS_SERVER_CERTIFICATE_REVOKED, 'the certificate is revoked')
          socket.terminate()
        }),
      )

      subscriber.add(
        outbound$.subscribe({
          next: send,
          error: (error: unknown) => subscriber.error(error),
          complete: () => socket.close(CloseCode.NORMAL),
        }),
      )
      subscriber.add(() => socket.terminate())
    })

/**
 * Makes TLS connections to servers that are trusted, and drops others as soon as the handshake has shown who they are.
 * Who is trusted goes by the `latest` material: what came during the handshake may revoke the server's certificate.
 */
const trusting =
  (tls: CheckedTls, latest: () => CheckedTls, trusted: (server: X509Certificate | undefined) => void) =>
  (options: ConnectionOptions): TLSSocket => {
    const host = options.host ?? ''
    const servername = isIP(host) === 0 ? host : ''
    const socket = connectTls({ ...options, path: undefined, ...clientTls(tls), servername })
    socket.once('secureConnect', () => {
      const server = peerCertificate(socket)
      const reason = distrust(server, socket.authorizationError, latest(), Date.now())
      if (reason === undefined) trusted(server)
      else socket.destroy(Object.assign(new Error(reason.detail), { code: reason.code }))
    })
    return socket
  }
