import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls'
import { WebSocket, type ClientOptions } from 'ws'
import type { TlsMaterial } from '../../src/io/tls.js'
import { encodeBvlcSc } from '../../src/wire/bvlc-sc-encode.js'
import type { PeerIdentity } from '../../src/wire/bvlc-sc.js'
import { NO_OPTIONS } from '../../src/wire/header-option.js'
import { hostAndPort, type ScUri } from '../../src/values/sc-uri.js'
import { PATIENCE_MS } from './lab.js'
import { noteOnWire } from './wire-judge.js'

/** A WebSocket without any BACnet behind it, for sloppy and hostile peers. */
export interface RawClient {
  readonly webSocket: WebSocket
  readonly send: (octets: Uint8Array | string) => void
  /** The next message that arrives; those already there come first. */
  readonly next: () => Promise<Uint8Array>
  /** Messages that arrived and were not taken with `next`. */
  readonly waiting: readonly Uint8Array[]
  /** Resolves with the close code. */
  readonly closed: Promise<number>
}

/** Opens a WebSocket to a hub; rejects when it cannot be opened. */
export const rawClient = (
  uri: string,
  tls: TlsMaterial | undefined,
  protocols: readonly string[] = ['hub.bsc.bacnet.org'],
  options: ClientOptions = {},
): Promise<RawClient> =>
  new Promise((resolve, reject) => {
    const credentials = tls === undefined ? {} : { ca: [...tls.ca], cert: tls.cert, key: tls.key }
    const webSocket = new WebSocket(uri, [...protocols], {
      ...credentials,
      perMessageDeflate: false,
      ...options,
    })
    const client = rawEnd(webSocket)
    webSocket.once('error', reject)
    webSocket.once('open', () => resolve(client))
  })

/** One end of a WebSocket, whoever opened it. */
export const rawEnd = (webSocket: WebSocket): RawClient => {
  const waiting: Uint8Array[] = []
  const takers: ((octets: Uint8Array) => void)[] = []
  webSocket.on('message', (data: Buffer) => {
    noteOnWire(data)
    const taker = takers.shift()
    if (taker === undefined) waiting.push(new Uint8Array(data))
    else taker(new Uint8Array(data))
  })
  return {
    webSocket,
    waiting,
    closed: new Promise<number>(settle => webSocket.once('close', settle)),
    send: octets => webSocket.send(octets),
    next: () =>
      new Promise((take, fail) => {
        const first = waiting.shift()
        if (first !== undefined) {
          take(first)
          return
        }
        takers.push(take)
        setTimeout(() => fail(new Error('no message came')), PATIENCE_MS).unref()
      }),
  }
}

/** A plain TCP connection to where a hub listens, that says nothing by itself. */
export const rawTcp = (uri: string): Socket => {
  const socket = connectTcp(hostAndPort(uri as ScUri))
  socket.on('error', () => undefined)
  return socket
}

/** Resolves when a socket has closed, with an error or without: `once` of `node:events` rejects on the error. */
export const closeOf = (socket: Socket): Promise<void> =>
  new Promise(resolve => {
    socket.once('close', () => resolve())
  })

/** A plain TLS connection to where a hub listens, that says nothing by itself. */
export const rawTls = (uri: string, { ca, cert, key }: TlsMaterial, options: ConnectionOptions = {}): TLSSocket => {
  const socket = connectTls({ ...hostAndPort(uri as ScUri), ca: [...ca], cert, key, ...options })
  socket.on('error', () => undefined)
  return socket
}

/** A Connect-Request. */
export const connectRequest = (self: PeerIdentity, messageId = 1): Uint8Array =>
  encodeBvlcSc({
    _tag: 'Connect-Request',
    messageId,
    originating: undefined,
    destination: undefined,
    destinationOptions: NO_OPTIONS,
    ...self,
  })
