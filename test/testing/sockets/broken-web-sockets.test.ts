import { describe, expect, it } from 'vitest'
import { virtualPaths } from '../../../src/testing/paths/paths.js'
import { virtualClock } from '../../../src/testing/time/virtual-clock.js'
import { ms, seconds } from '../../../src/values/duration.js'
import { frame, openedLab, webSocketLab } from '../../support/web-socket-lab.js'

const octets = (number: number): Uint8Array => Uint8Array.of(number)

describe('the handshake of a virtual WebSocket', () => {
  it('goes on after a partition, from its beginning', () => {
    const { clock, dial, paths } = webSocketLab()
    const partition = paths.partition('a', 'b')
    const before = dial()
    clock.advance(seconds(3))
    partition.unsubscribe()
    clock.advance(ms(9))
    expect(before.tags()).toEqual([])
    clock.advance(ms(1))
    expect(before.tags()).toEqual(['Open'])
  })

  it('goes on after a partition that comes while it is on its way, whichever direction is blocked', () => {
    for (const [from, to] of [
      ['a', 'b'],
      ['b', 'a'],
    ] as const) {
      const { clock, dial, paths, accepted } = webSocketLab()
      const client = dial()
      clock.advance(ms(5))
      const block = paths.block(from, to)
      clock.advance(seconds(3))
      expect([client.heard, accepted]).toEqual([[], []])
      block.unsubscribe()
      clock.advance(ms(9))
      expect(client.tags()).toEqual([])
      clock.advance(ms(1))
      expect([client.tags(), accepted.length]).toEqual([['Open'], 1])
    }
  })
})

describe('a virtual WebSocket', () => {
  it('is closed by Close frames that cross, with no answer to either', () => {
    const { clock, client, accepted, atServer } = openedLab()
    client.out$.next({ _tag: 'CloseSocket', code: 1001 })
    accepted[0]?.close(1003)
    clock.advance(ms(9))
    expect([client.tags(), atServer.length]).toEqual([['Open'], 1])
    clock.advance(ms(1))
    expect(client.heard.at(-1)).toEqual({ _tag: 'Closed', code: 1003, detail: '' })
    expect(atServer.at(-1)).toEqual({ _tag: 'Closed', code: 1001, detail: '' })
    expect(clock.pending()).toBe(0)
  })

  it('whose server dies gives the client what has left, and then 1006; what was for the server is lost', () => {
    const { clock, client, accepted, server, messages, fates } = openedLab()
    client.out$.next(octets(1))
    clock.advance(ms(8))
    client.out$.next(octets(2))
    accepted[0]?.send(frame(octets(3)))
    clock.advance(ms(5))
    server.unsubscribe()
    client.out$.next(octets(4))
    clock.advance(ms(10))
    expect(messages()).toEqual([1])
    expect(client.messages()).toEqual([[28, 3]])
    expect(client.heard.at(-1)).toEqual({ _tag: 'Closed', code: 1006, detail: '' })
    const lost = fates.flatMap(fate => (fate._tag === 'Lost' ? [[fate.octets[0], fate.reason, fate.at]] : []))
    expect(lost).toEqual([
      [2, 'receiver ended', 23],
      [4, 'receiver ended', 23],
    ])
    expect(clock.pending()).toBe(0)
  })

  it('whose client dies gives the server what has left, and then 1006', () => {
    const { clock, client, accepted, messages, atServer, fates } = openedLab()
    client.out$.next(octets(1))
    accepted[0]?.send(frame(octets(2)))
    clock.advance(ms(5))
    client.subscription.unsubscribe()
    clock.advance(ms(10))
    expect([messages(), client.tags()]).toEqual([[1], ['Open']])
    expect(atServer.at(-1)).toEqual({ _tag: 'Closed', code: 1006, detail: '' })
    expect(fates).toMatchObject([
      { _tag: 'Lost', from: 'b', to: 'a', reason: 'receiver ended' },
      { _tag: 'Arrived', from: 'a', to: 'b' },
    ])
  })

  it('whose server dies behind a partition loses what waited, and tells the client when that ends', () => {
    const { clock, client, accepted, server, paths, fates } = openedLab()
    const partition = paths.partition('b')
    let lost = 0
    accepted[0]?.send(frame(octets(1)), () => lost++)
    client.out$.next(octets(2))
    clock.advance(seconds(1))
    server.unsubscribe()
    expect(fates.map(fate => fate._tag === 'Lost' && fate.reason)).toEqual(['sender ended'])
    clock.advance(seconds(60))
    expect([client.tags(), lost]).toEqual([['Open'], 1])
    partition.unsubscribe()
    clock.advance(ms(10))
    expect(client.heard.at(-1)).toMatchObject({ _tag: 'Closed', code: 1006 })
    expect(fates.map(fate => fate._tag === 'Lost' && fate.reason)).toEqual(['sender ended', 'receiver ended'])
  })

  it('that has gone silent is closed with 1006 by each side for itself, two seconds after it tries to', () => {
    const { clock, client, sockets, accepted, atServer } = openedLab()
    sockets.mute('b')
    clock.advance(seconds(100))
    sockets.cut('a')
    accepted[0]?.close(1001)
    clock.advance(ms(1999))
    expect(atServer).toHaveLength(1)
    clock.advance(ms(1))
    const unanswered = { _tag: 'Closed', code: 1006, detail: 'the closing handshake was not answered' }
    expect([atServer.at(-1), client.tags()]).toEqual([unanswered, ['Open']])
    client.out$.complete()
    clock.advance(seconds(2))
    expect([client.heard.at(-1), clock.pending()]).toEqual([unanswered, 0])
  })

  it('hears nothing that is too long, and nothing after it', () => {
    const { clock, client, messages, fates } = openedLab()
    for (const sent of [octets(1), new Uint8Array(65_536), octets(2)]) client.out$.next(sent)
    clock.advance(ms(20))
    client.out$.next(octets(3))
    clock.advance(ms(20))
    expect([messages(), client.tags()]).toEqual([[1], ['Open', 'Closed']])
    expect(fates.map(fate => (fate._tag === 'Lost' ? fate.reason : fate._tag))).toEqual([
      'Arrived',
      'too long',
      'receiver ended',
    ])
  })

  it('is closed with 1006 by who heard something too long, when the other never answers', () => {
    const { clock, client, atServer, paths } = openedLab()
    client.out$.next(new Uint8Array(65_536))
    clock.advance(ms(5))
    paths.partition('b')
    clock.advance(ms(2004))
    expect(atServer).toHaveLength(1)
    clock.advance(ms(1))
    expect(atServer.at(-1)).toMatchObject({ code: 1006, detail: 'Max payload size exceeded', cause: { ours: true } })
  })

  it('shares its ways with those of other networks', () => {
    const clock = virtualClock()
    const paths = virtualPaths({ latency: ms(10) })
    const one = openedLab(clock, paths)
    const other = openedLab(clock, paths)
    const partition = paths.partition('a', 'b')
    one.client.out$.next(octets(1))
    other.client.out$.next(octets(2))
    one.sockets.cut('a')
    clock.advance(seconds(1))
    expect([one.client.tags(), other.client.tags()]).toEqual([['Open', 'Lost', 'Closed'], ['Open']])
    partition.unsubscribe()
    clock.advance(ms(10))
    expect([one.messages(), other.messages()]).toEqual([[], [2]])
  })
})
