import { describe, expect, it } from 'vitest'
import { ms, seconds } from '../../../src/values/duration.js'
import { ErrorCode } from '../../../src/wire/error-code.js'
import { frame, openedLab, webSocketLab } from '../../support/web-socket-lab.js'

describe('a virtual WebSocket', () => {
  it('opens a latency later, and takes messages both ways in order', () => {
    const { clock, client, accepted, messages } = openedLab()
    for (const n of [1, 2, 3]) client.out$.next(Uint8Array.of(n))
    expect(accepted[0]?.send(frame(Uint8Array.of(9)))).toBe(true)
    clock.advance(ms(9))
    expect(messages()).toEqual([])
    clock.advance(ms(1))
    expect(messages()).toEqual([1, 2, 3])
    expect(client.tags()).toEqual(['Open', 'Message'])
  })

  it('closes in order after what was sent, with the code of the closer at both ends', () => {
    const { clock, client, messages, atServer } = openedLab()
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
    const { clock, client, paths, messages } = openedLab()
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
    const { clock, client, sockets, atServer, fates } = openedLab()
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
    const { clock, client, paths, sockets } = openedLab()
    paths.partition('a', 'b')
    for (let count = 0; count < 18; count++) client.out$.next(new Uint8Array(65_535))
    clock.advance(ms(1))
    sockets.cut('a')
    expect(client.tags().filter(tag => tag === 'Unsent')).toHaveLength(2)
    expect(client.tags().filter(tag => tag === 'Lost')).toHaveLength(16)
    expect(client.heard.at(-1)).toMatchObject({ _tag: 'Closed', code: 1006 })
  })

  it('is refused where nobody listens or the host refuses, and hangs where nobody answers', () => {
    const { clock, dial, sockets, server } = webSocketLab()
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
    const { clock, client, server, accepted, fates } = openedLab()
    client.out$.next(Uint8Array.of(1))
    accepted[0]?.send(frame(Uint8Array.of(2)))
    client.subscription.unsubscribe()
    server.unsubscribe()
    expect(clock.pending()).toBe(0)
    expect(fates.map(({ _tag }) => _tag)).toEqual(['Lost', 'Lost'])
  })
})
