import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { asyncScheduler, filter, firstValueFrom, NEVER, type Observable } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { webSocketServer } from '../../src/io/web-socket-server.js'
import { dialer } from '../../src/io/web-socket.js'
import { closeCause } from '../../src/sc/connection/cause.js'
import { MAX_FRAGMENTS, Subprotocol, type SocketEvent } from '../../src/sc/connection/socket.js'
import { arrivalLimits } from '../../src/limits/arrivals.js'
import { seconds } from '../../src/values/duration.js'
import type { ListenUri, ScUri } from '../../src/values/sc-uri.js'
import { clientFrame, octetsOf } from '../support/web-socket-octets.js'

const closed = (event$: Observable<SocketEvent>): Promise<SocketEvent> =>
  firstValueFrom(event$.pipe(filter(({ _tag }) => _tag === 'Closed')))

/** What the peer hears, and what our side says, when a client sends those octets to our server. */
const toServer = async (octets: Uint8Array): Promise<readonly [number, SocketEvent]> => {
  const event$ = webSocketServer({
    uri: 'ws://127.0.0.1:0' as ListenUri,
    tls$: undefined,
    subprotocols: [Subprotocol.HUB],
    maxFragments: MAX_FRAGMENTS,
    maxHandshakes: 10,
    handshakeTimeout: seconds(10),
    scheduler: asyncScheduler,
    ...arrivalLimits(100),
  })
  return new Promise((resolve, reject) => {
    let peer: Promise<number> | undefined
    const server = event$.subscribe({
      next: event => {
        if (event._tag === 'Listening') peer = sendAtOnce(event.uri, octets)
        if (event._tag !== 'Accepted' || peer === undefined) return
        void Promise.all([peer, closed(event.socket.event$)])
          .then(resolve, reject)
          .finally(() => server.unsubscribe())
      },
      error: reject,
    })
  })
}

const sendAtOnce = async (uri: string, octets: Uint8Array): Promise<number> => {
  const client = new WebSocket(uri, [Subprotocol.HUB])
  client.once('upgrade', ({ socket }) => socket.write(octets))
  const [code] = (await once(client, 'close')) as [number]
  return code
}

/** The same when a server sends them to our client. */
const toClient = async (octets: Uint8Array): Promise<readonly [number, SocketEvent]> => {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  await once(server, 'listening')
  const code = new Promise<number>(settle =>
    server.once('connection', (webSocket, { socket }) => {
      webSocket.once('close', settle)
      socket.write(octets)
    }),
  )
  const uri = `ws://127.0.0.1:${(server.address() as AddressInfo).port}` as ScUri
  const event$ = dialer({ tls$: undefined, allowPlaintext: true })(uri, Subprotocol.HUB)(NEVER)
  const heard = await Promise.all([code, closed(event$)])
  server.close()
  return heard
}

const BINARY = 0x82
const TEXT = 0x81
const CLOSE = 0x88
const PING = 0x89
const FRAGMENT = 0x00

const NOTHING = new Uint8Array(0)
const NOT_UTF8 = Uint8Array.of(0xff, 0xff)

/** Frames, their header's first octet and their payload, and the code and words with which they are refused. */
const refused: readonly (readonly [string, readonly (readonly [number, Uint8Array])[], number, string])[] = [
  ['a message above 65535 octets', [[BINARY, new Uint8Array(65_536)]], 1009, 'Max payload size exceeded'],
  [
    'too many fragments',
    [[0x02, NOTHING], ...Array.from({ length: 70 }, () => [FRAGMENT, Uint8Array.of(1)] as const)],
    1008,
    'Too many message fragments',
  ],
  ['text that is not UTF-8', [[TEXT, NOT_UTF8]], 1007, 'invalid UTF-8 sequence'],
  ['a close whose reason is not UTF-8', [[CLOSE, Uint8Array.of(3, 232, ...NOT_UTF8)]], 1007, 'invalid UTF-8 sequence'],
  ['a close code that may not be sent', [[CLOSE, Uint8Array.of(3, 237)]], 1002, 'invalid status code 1005'],
  ['a fragmented ping', [[0x09, NOTHING]], 1002, 'FIN must be set'],
  ['a ping that is too long', [[PING, new Uint8Array(126)]], 1002, 'invalid payload length 126'],
  ['an unknown opcode', [[0x83, NOTHING]], 1002, 'invalid opcode 3'],
  ['a fragment of no message', [[FRAGMENT, NOTHING]], 1002, 'invalid opcode 0'],
  ['an extension that nobody agreed on', [[0xc2, NOTHING]], 1002, 'RSV1 must be clear'],
  ['reserved bits', [[0xb2, NOTHING]], 1002, 'RSV2 and RSV3 must be clear'],
]

const frames = (of: readonly (readonly [number, Uint8Array])[], masked: boolean): Buffer =>
  Buffer.concat(of.map(([first, payload]) => octetsOf(clientFrame(first, payload, masked ? {} : { mask: undefined }))))

const ENDLESS = 'Unsupported WebSocket frame: payload length > 2'

describe('our side says why it closes a WebSocket, with the code that the peer hears:', () => {
  const expectOwn = ([code, event]: readonly [number, SocketEvent], expected: number, words: string): void => {
    expect(code).toBe(expected)
    const detail: unknown = expect.stringMatching(`^WebSocket closed with ${expected}: .*${words}`)
    expect(event).toMatchObject({ cause: { errorCode: closeCause(expected, '').errorCode, detail, ours: true } })
  }

  it.each(refused)('%s', async (_, sent, code, words) => {
    expectOwn(await toServer(frames(sent, true)), code, words)
    expectOwn(await toClient(frames(sent, false)), code, words)
  })

  it('a length beyond counting', async () => {
    const long = [255, 255, 255, 255, 255, 255, 255, 255]
    expectOwn(await toServer(Buffer.of(BINARY, 0xff, ...long)), 1009, ENDLESS)
    expectOwn(await toClient(Buffer.of(BINARY, 0x7f, ...long)), 1009, ENDLESS)
  })

  it('a mask where none belongs, and none where one does', async () => {
    expectOwn(await toServer(frames([[BINARY, NOTHING]], false)), 1002, 'MASK must be set')
    expectOwn(await toClient(frames([[BINARY, NOTHING]], true)), 1002, 'MASK must be clear')
  })
})
