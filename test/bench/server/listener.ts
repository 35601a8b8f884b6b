import { createServer as createHttpServer } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import type { TlsOptions } from 'node:tls'
import { WebSocketServer, type WebSocket } from 'ws'
import * as E from 'fp-ts/lib/Either.js'
import { checkTls, serverTls, type TlsMaterial } from '../../../src/io/tls.js'
import { webSocketLimits } from '../../../src/io/web-socket-limits.js'
import { Subprotocol } from '../../../src/sc/connection/socket.js'

/** A server under test that listens. */
export interface Listening {
  readonly port: number
  /** Messages that it says it dropped, by reason. */
  readonly drops: () => Readonly<Record<string, number>>
}

/** Starts a server under test. */
export type StartServer = (tls: TlsMaterial | undefined, port: number) => Promise<Listening>

/** More broadcasts than a hub can pass on: here it is measured, and not its limit. */
export const NO_LIMIT = { burst: 1e12, perSecond: 1e12 }

/** A plain `ws` server with the options of the hub, for what the hub is compared with. */
export const listen = async (
  tls: TlsMaterial | undefined,
  port: number,
  onOpen: (webSocket: WebSocket, stream: Socket) => void,
): Promise<Listening> => {
  const http = tls === undefined ? createHttpServer() : createHttpsServer(secureOptions(tls))
  const upgrader = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    ...webSocketLimits,
    handleProtocols: () => Subprotocol.HUB,
  })
  http.on('upgrade', (request, stream, head) => {
    const { socket } = request
    upgrader.handleUpgrade(request, stream, head, webSocket => {
      webSocket.on('error', () => webSocket.terminate())
      onOpen(webSocket, socket)
    })
  })
  http.listen({ host: '127.0.0.1', port, backlog: 1024 })
  await once(http, 'listening')
  return { port: (http.address() as AddressInfo).port, drops: () => ({}) }
}

const secureOptions = (tls: TlsMaterial): TlsOptions => {
  const checked = checkTls(tls)
  if (E.isLeft(checked)) throw new Error(checked.left)
  return { ...checked.right.context, ...serverTls }
}
