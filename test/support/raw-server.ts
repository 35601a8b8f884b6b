import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'
import type { TlsMaterial } from '../../src/io/tls.js'
import { PATIENCE_MS } from './lab.js'
import { rawEnd, type RawClient } from './raw-client.js'

/** A WebSocket server without any BACnet behind it, to play a sloppy or hostile hub, or direct connection peer. */
export interface RawServer {
  readonly uri: string
  /** The next WebSocket that is opened to it; those already there come first. */
  readonly accepted: () => Promise<RawClient>
  /** Drops everybody at once. */
  readonly stop: () => void
}

/** Starts a server on loopback that serves one subprotocol. */
export const rawServer = async (
  { ca, cert, key }: TlsMaterial,
  subprotocol = 'hub.bsc.bacnet.org',
): Promise<RawServer> => {
  const https = createServer({ ca: [...ca], cert, key, requestCert: true, minVersion: 'TLSv1.3' })
  const server = new WebSocketServer({ server: https, perMessageDeflate: false, handleProtocols: () => subprotocol })
  const waiting: RawClient[] = []
  const takers: ((client: RawClient) => void)[] = []
  server.on('connection', webSocket => {
    const client = rawEnd(webSocket)
    webSocket.on('error', () => undefined)
    const taker = takers.shift()
    if (taker === undefined) waiting.push(client)
    else taker(client)
  })
  https.listen(0, '127.0.0.1')
  await once(https, 'listening')
  return {
    uri: `wss://127.0.0.1:${(https.address() as AddressInfo).port}`,
    accepted: () =>
      new Promise((take, fail) => {
        const first = waiting.shift()
        if (first !== undefined) {
          take(first)
          return
        }
        takers.push(take)
        setTimeout(() => fail(new Error('nobody came')), PATIENCE_MS).unref()
      }),
    stop: () => {
      for (const webSocket of server.clients) webSocket.terminate()
      server.close()
      https.close()
    },
  }
}
