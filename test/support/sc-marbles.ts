import { defer, mergeMap, type Observable } from 'rxjs'
import type { ConnectionEvent } from '../../src/sc/connection/peer.js'
import { Subprotocol, type Socket, type SocketEvent, type SocketOutput } from '../../src/sc/connection/socket.js'
import { BvlcFunction, type BvlcFunctionName } from '../../src/wire/bvlc-function.js'
import { encodeBvlcSc } from '../../src/wire/bvlc-sc-encode.js'
import type { ScMessage } from '../../src/wire/bvlc-sc.js'
import { fakeSocket } from './fake-socket.js'
import { bare, connectAccept, connectRequest, nak, npdu, peer } from './peer-events.js'

/*
 * The symbols of the BACnet/SC pictures: what a far end says and does when it is played a symbol, and the symbols of what
 * our side says and tells.
 */

/** The id of the latest message of that function that our side sent; what an answer must copy. */
type Asked = (name: BvlcFunctionName) => number

/** What a far end does when it is played a symbol. Events are made one by one, after our side reacted to the one before. */
type Script = Readonly<Record<string, (asked: Asked) => Iterable<SocketEvent>>>

const open: SocketEvent = { _tag: 'Open', subprotocol: Subprotocol.HUB }
const broken: SocketEvent = { _tag: 'Closed', code: 1006, detail: '' }
const refused: SocketEvent = { _tag: 'Failed', errorCode: 194, detail: 'ECONNREFUSED' }
const says = (message: ScMessage): SocketEvent => ({ _tag: 'Message', octets: encodeBvlcSc(message) })

/** A peer, step by step. */
export const peerScript: Script = {
  o: () => [open],
  c: () => [broken],
  q: () => [says(connectRequest(1))],
  a: asked => [says(connectAccept(asked('Connect-Request')))],
  m: () => [says(npdu(2))],
  p: () => [says(bare('Heartbeat-Request', 3))],
  k: asked => [says(bare('Heartbeat-ACK', asked('Heartbeat-Request')))],
  d: () => [says(bare('Disconnect-Request', 4))],
  e: asked => [says(bare('Disconnect-ACK', asked('Disconnect-Request')))],
}

/** A hub that is dialled: how it takes the call, and what becomes of it. */
export const hubScript: Script = {
  *a(asked) {
    yield open
    yield says(connectAccept(asked('Connect-Request')))
  },
  *n(asked) {
    yield open
    yield says(nak('Connect-Request', asked('Connect-Request'), 7, 151))
  },
  r: () => [refused],
  c: () => [broken],
  m: () => [says(npdu(2, { originating: peer.vmac }))],
  e: asked => [says(bare('Disconnect-ACK', asked('Disconnect-Request')))],
}

/** A WebSocket whose far end is played symbols; `written` hears the symbols of what goes out. */
export const playedSocket =
  (played$: Observable<string>, script: Script, written: (symbol: string) => void): Socket =>
  outbound$ =>
    defer(() => {
      const ids = new Map<number | undefined, number>()
      const asked: Asked = name => ids.get(BvlcFunction[name]) ?? 0xffff
      const event$ = played$.pipe(mergeMap(symbol => script[symbol]?.(asked) ?? unknown(symbol)))
      const socket = fakeSocket(event$, output => {
        if (output instanceof Uint8Array) ids.set(output[0], Buffer.from(output).readUInt16BE(2))
        written(symbolOfOutput(output))
      })
      return socket(outbound$)
    })

const unknown = (symbol: string): never => {
  throw new Error(`nobody knows what "${symbol}" stands for`)
}

const symbolOf: Readonly<Partial<Record<BvlcFunctionName, string>>> = {
  'Connect-Request': 'q',
  'Connect-Accept': 'a',
  'Encapsulated-NPDU': 'm',
  'Address-Resolution': 'r',
  'Heartbeat-Request': 'p',
  'Heartbeat-ACK': 'k',
  'Disconnect-Request': 'd',
  'Disconnect-ACK': 'e',
}

const symbols: ReadonlyMap<number | undefined, string> = new Map(
  Object.entries(symbolOf).map(([name, symbol]) => [BvlcFunction[name as BvlcFunctionName], symbol]),
)

const symbolOfOutput = (output: SocketOutput): string =>
  output instanceof Uint8Array ? (symbols.get(output[0]) ?? '?') : 'c'

/** A connection that failed or was lost. */
export const LOST = 'x'

/** The symbol of what a connection tells. */
export const symbolOfEvent = (event: ConnectionEvent): string => {
  switch (event._tag) {
    case 'Connected':
      return '+'
    case 'Failed':
    case 'Disconnected':
      return LOST
    case 'Received':
      return symbolOf[event.message._tag] ?? '?'
    case 'Malformed':
      return '?'
    case 'RequestRefused':
      return 'z'
    case 'Unsent':
    case 'Lost':
      return 'u'
  }
}
