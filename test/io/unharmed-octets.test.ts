import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { Subject } from 'rxjs'
import { expect, it } from 'vitest'
import { WebSocketServer } from 'ws'
import { dialer } from '../../src/io/web-socket.js'
import { Subprotocol, type SocketOutput } from '../../src/sc/connection/socket.js'
import type { ScUri } from '../../src/values/sc-uri.js'

it.each([2, 40, 200, 60_000])('a WebSocket client masks no octets in the memory that they lie in: %i', async length => {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  await once(server, 'listening')
  const heard = new Promise(settle => server.once('connection', peer => peer.once('message', settle)))
  const uri = `ws://127.0.0.1:${(server.address() as AddressInfo).port}` as ScUri
  const memory = new Uint8Array(length + 20).map((_, at) => at)
  const before = memory.slice()
  const octets = memory.subarray(10, 10 + length)

  const outbound$ = new Subject<SocketOutput>()
  const client = dialer({ tls$: undefined, allowPlaintext: true })(
    uri,
    Subprotocol.HUB,
  )(outbound$).subscribe(event => {
    if (event._tag === 'Open') outbound$.next(octets)
  })
  const message = (await heard) as Uint8Array
  client.unsubscribe()
  server.close()
  expect([Buffer.compare(message, octets), Buffer.compare(memory, before)]).toEqual([0, 0])
})
