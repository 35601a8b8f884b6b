import { EMPTY, mergeMap, Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import type { AcceptedSocket, SocketEvent, SocketOutput } from '../../../src/sc/connection/socket.js'
import { fixedRandom } from '../../../src/testing/chance/fixed-random.js'
import { virtualPaths } from '../../../src/testing/paths/paths.js'
import type { Fate } from '../../../src/testing/sockets/fate.js'
import { virtualWebSockets } from '../../../src/testing/sockets/virtual-web-sockets.js'
import { virtualClock } from '../../../src/testing/time/virtual-clock.js'
import { ms, seconds } from '../../../src/values/duration.js'
import type { ListenUri } from '../../../src/values/sc-uri.js'
import { ErrorCode } from '../../../src/wire/error-code.js'
import { frameMessage } from '../../../src/wire/web-socket-frame.js'

const frame = (octets: Uint8Array) => frameMessage(octets, length => new Uint8Array(length))

const lab = () => {
  const clock = virtualClock()
  const paths = virtualPaths({ latency: ms(10) })
  const sockets = virtualWebSockets(clock, { paths, random: fixedRandom(1) })
  const fates: Fate[] = []
  sockets.fate$.subscribe(fate => fates.push(fate))
  const accepted: AcceptedSocket[] = []
  const atServer: SocketEvent[] = []
  const server = sockets
    .listen$('b', 'wss://b' as ListenUri)
    .pipe(
      mergeMap(event => {
        if (event._tag !== 'Accepted') return EMPTY
        accepted.push(event.socket)
        return event.socket.event$
      }),
    )
    .subscribe(event => atServer.push(event))
  const dial = () => {
    const out$ = new Subject<SocketOutput>()
    const heard: SocketEvent[] = []
    const subscription = sockets
      .socket(
        'a',
        'b',
      )(out$)
      .subscribe(event => heard.push(event))
    return { out$, heard, subscription, tags: () => heard.map(({ _tag }) => _tag) }
  }
  const messages = () => atServer.flatMap(event => (event._tag === 'Message' ? [event.octets[0]] : []))
  return { clock, paths, sockets, fates, accepted, atServer, server, dial, messages }
}

const opened = () => {
  const all = lab()
  const client = all.dial()
  all.clock.advance(ms(10))
  return { ...all, client }
}

describe('a virtual WebSocket', () => {
  it('opens a latency later, and takes messages both ways in order', () => {
    const { clock, client, accepted, messages } = opened()
    for (const n of [1, 2, 3]) client.out$.next(Uint8Array.of(n))
    expect(accepted[0]?.send(frame(Uint8Array.of(9)))).toBe(true)
    clock.advance(ms(9))
    expect(messages()).toEqual([])
    clock.advance(ms(1))
    expect(messages()).toEqual([1, 2, 3])
    expect(client.tags()).toEqual(['Open', 'Message'])
  })

  it('closes in order after what was sent, with the code of the closer at both ends', () => {
    const { clock, client, messages, atServer } = opened()
    client.out$.next(Uint8Array.of(1))
    client.out$.next({ _tag: 'CloseSocket', code: 1001 })
    client.out$.next(Uint8Array.of(2))
    clock.advance(ms(20))
    expect(messages()).toEqual([1])
    expect(client.heard.slice(1)).toMatchObject([{ _tag: 'Unsent', reason: 'not connected' }, { code: 1001 }])
    expect(atServer.at(-1)).toMatchObject({ _tag: 'Closed', code: 1001 })
    expect(clock.pending()).toBe(0)
  })

  it('holds what is sent in a partition, and sends it when that ends', () => {
    const { clock, client, paths, messages } = opened()
    client.out$.next(Uint8Array.of(1))
    const partition = paths.partition('a', 'b')
    client.out$.next(Uint8Array.of(2))
    clock.advance(seconds(5))
    expect(messages()).toEqual([1])
    partition.unsubscribe()
    clock.advance(ms(10))
    expect(messages()).toEqual([1, 2])
  })

  it('closes with 1006 after two seconds of a half-open connection', () => {
    const { clock, client, sockets, atServer, fates } = opened()
    sockets.mute('a')
    client.out$.next(Uint8Array.of(1))
    client.out$.complete()
    clock.advance(ms(1999))
    expect(client.tags()).toEqual(['Open'])
    clock.advance(ms(1))
    expect(client.heard.at(-1)).toMatchObject({ _tag: 'Closed', code: 1006 })
    expect(atServer).toHaveLength(1)
    expect(fates).toMatchObject([{ _tag: 'Lost', reason: 'muted' }])
  })

  it('tells what waited as Lost, and more than its bound as Unsent', () => {
    const { clock, client, paths, sockets } = opened()
    paths.partition('a', 'b')
    for (let count = 0; count < 18; count++) client.out$.next(new Uint8Array(65_535))
    clock.advance(ms(1))
    sockets.cut('a')
    expect(client.tags().filter(tag => tag === 'Unsent')).toHaveLength(2)
    expect(client.tags().filter(tag => tag === 'Lost')).toHaveLength(16)
    expect(client.heard.at(-1)).toMatchObject({ _tag: 'Closed', code: 1006 })
  })

  it('is refused where nobody listens or the host refuses, and hangs where nobody answers', () => {
    const { clock, dial, sockets, server } = lab()
    const refusal = sockets.refuse('b')
    const refused = dial()
    clock.advance(ms(10))
    expect(refused.heard).toMatchObject([{ _tag: 'Failed', errorCode: ErrorCode.TCP_CONNECTION_REFUSED }])
    refusal.unsubscribe()
    const hanging = sockets.hang('b')
    const hung = dial()
    clock.advance(ms(10))
    hanging.unsubscribe()
    clock.advance(seconds(60))
    expect(hung.heard).toEqual([])
    server.unsubscribe()
    const alone = dial()
    clock.advance(ms(10))
    expect(alone.tags()).toEqual(['Failed'])
  })

  it('leaves nothing behind when both ends are unsubscribed', () => {
    const { clock, client, server, accepted, fates } = opened()
    client.out$.next(Uint8Array.of(1))
    accepted[0]?.send(frame(Uint8Array.of(2)))
    client.subscription.unsubscribe()
    server.unsubscribe()
    expect(clock.pending()).toBe(0)
    expect(fates.map(({ _tag }) => _tag)).toEqual(['Lost', 'Lost'])
  })
})
