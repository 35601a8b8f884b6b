import { describe, expect, it } from 'vitest'
import { ms, seconds } from '../../../src/values/duration.js'
import { frame, openedLab } from '../../support/web-socket-lab.js'

/** With its header and mask, one of 100 octets. */
const hundred = (number: number): Uint8Array => new Uint8Array(94).fill(number)

describe('on a slow path, the messages of a virtual WebSocket', () => {
  it('leave one after the other, each in its time', () => {
    const { clock, client, paths, timed, accepted } = openedLab()
    paths.impair('a', 'b', { rate: 1000 })
    for (const number of [1, 2]) client.out$.next(hundred(number))
    client.out$.next(new Uint8Array(44).fill(3))
    accepted[0]?.send(frame(Uint8Array.of(9)))
    clock.advance(seconds(1))
    client.out$.next(hundred(4))
    clock.advance(seconds(1))
    expect(timed()).toEqual([
      [120, 1],
      [220, 2],
      [270, 3],
      [1120, 4],
    ])
    expect(client.messages(), 'the way back is not slow').toEqual([[20, 9]])
  })

  it('are queued until they have left', () => {
    const { clock, client, paths, accepted } = openedLab()
    paths.impair('b', 'a', { rate: 1000 })
    for (const number of [1, 2]) accepted[0]?.send(frame(new Uint8Array(98).fill(number)))
    const queued = (): number | undefined => accepted[0]?.queued()
    expect(queued()).toBe(200)
    clock.advance(ms(99))
    expect(queued()).toBe(200)
    clock.advance(ms(2))
    expect(queued()).toBe(100)
    clock.advance(ms(100))
    expect([queued(), client.messages()]).toEqual([0, [[120, 1]]])
  })

  it('take no more time than they must when a rate is in parts of milliseconds', () => {
    const { clock, client, paths, timed } = openedLab()
    paths.impair('a', 'b', { rate: 3000 })
    for (let number = 1; number <= 9; number++) client.out$.next(hundred(number))
    clock.advance(seconds(1))
    expect(timed().map(([at]) => at)).toEqual([54, 87, 120, 154, 187, 220, 254, 287, 320])
  })

  it('take as long as the new rate says from when they began to leave, when it has changed', () => {
    const { clock, client, paths, timed } = openedLab()
    const fast = paths.impair('a', 'b', { rate: 1000 })
    for (const number of [1, 2, 3, 4, 5]) client.out$.next(hundred(number))
    clock.advance(ms(150))
    const slow = paths.impair('a', 'b', { rate: 500 })
    clock.advance(ms(150))
    fast.unsubscribe()
    clock.advance(ms(50))
    slow.unsubscribe()
    clock.advance(ms(50))
    expect(timed()).toEqual([
      [120, 1],
      [320, 2],
      [370, 3],
      [370, 4],
      [370, 5],
    ])
  })

  it('wait out a partition, and then take their time, in order, all of them', () => {
    const { clock, client, paths, timed, fates } = openedLab()
    paths.impair('a', 'b', { rate: 1000 })
    for (const number of [1, 2, 3]) client.out$.next(hundred(number))
    clock.advance(ms(150))
    const partition = paths.partition('b')
    client.out$.next(hundred(4))
    clock.advance(seconds(5))
    expect(timed()).toEqual([[120, 1]])
    partition.unsubscribe()
    clock.advance(seconds(1))
    expect(timed()).toEqual([
      [120, 1],
      [5270, 2],
      [5370, 3],
      [5470, 4],
    ])
    expect(fates.map(({ _tag }) => _tag)).toEqual(['Arrived', 'Arrived', 'Arrived', 'Arrived'])
  })

  it('let the Close frame come after them', () => {
    const { clock, client, paths, timed, atServer } = openedLab()
    paths.impair('a', 'b', { rate: 1000 })
    for (const number of [1, 2]) client.out$.next(hundred(number))
    client.out$.complete()
    clock.advance(ms(217))
    expect([timed().length, atServer.at(-1)?._tag]).toEqual([2, 'Message'])
    clock.advance(ms(1))
    expect(atServer.at(-1)).toMatchObject({ _tag: 'Closed', code: 1000 })
    clock.advance(ms(10))
    expect([client.heard.at(-1), clock.pending()]).toMatchObject([{ _tag: 'Closed', code: 1000 }, 0])
  })
})
