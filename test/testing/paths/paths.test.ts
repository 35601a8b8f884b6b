import { describe, expect, it } from 'vitest'
import { fixedRandom } from '../../../src/testing/chance/fixed-random.js'
import { datagramDelays, messageDelay, UNIMPAIRED, type Impairment } from '../../../src/testing/paths/impairment.js'
import { virtualPaths } from '../../../src/testing/paths/paths.js'
import { ms, type Duration } from '../../../src/values/duration.js'

const isOpen = (paths: ReturnType<typeof virtualPaths>, ...pairs: readonly string[]): readonly boolean[] =>
  pairs.map(pair => {
    const [from = '', to = ''] = pair.split(' > ')
    return paths.between(from, to).isOpen
  })

describe('paths', () => {
  it('are open and perfect where nothing is said', () => {
    expect(virtualPaths().between('a', 'b')).toEqual({ isOpen: true, ...UNIMPAIRED })
    expect(virtualPaths({ latency: ms(5) }).between('a', 'b').latency).toBe(5)
  })

  it('never keep a host from itself', () => {
    const paths = virtualPaths({ latency: ms(5) })
    paths.partition('*', '*')
    expect(paths.between('a', 'a')).toEqual({ isOpen: true, ...UNIMPAIRED })
  })

  it('are closed both ways between the sides of a partition, until it is healed', () => {
    const paths = virtualPaths()
    const partition = paths.partition(['a', 'b'], 'c')
    expect(isOpen(paths, 'a > c', 'c > b', 'a > b', 'a > d', 'd > c')).toEqual([false, false, true, true, true])
    partition.unsubscribe()
    expect(isOpen(paths, 'a > c', 'c > b')).toEqual([true, true])
  })

  it('are closed to all else when only one side is named', () => {
    const paths = virtualPaths()
    paths.partition(['a', 'b'])
    expect(isOpen(paths, 'a > b', 'a > c', 'c > a', 'c > d')).toEqual([true, false, false, true])
  })

  it('are closed in one direction by a block', () => {
    const paths = virtualPaths()
    paths.block('a', '*')
    expect(isOpen(paths, 'a > b', 'b > a')).toEqual([false, true])
  })

  it('combine their impairments', () => {
    const paths = virtualPaths({ latency: ms(5), loss: 0.5 })
    paths.impair('a', '*', { latency: ms(10), loss: 0.5, rate: 1000 })
    const slow = paths.impair('*', 'b', { rate: 100, jitter: ms(3) })
    expect(paths.between('a', 'b')).toMatchObject({ latency: 15, jitter: 3, loss: 0.75, rate: 100 })
    expect(paths.between('b', 'a')).toMatchObject({ latency: 5, jitter: 0, loss: 0.5, rate: Infinity })
    slow.unsubscribe()
    expect(paths.between('a', 'b')).toMatchObject({ jitter: 0, rate: 1000 })
  })

  it.each<readonly [string, object]>([
    ['the loss of a path is not 7, but a part from 0 to 1', { loss: 7 }],
    ['the loss of a path is not NaN', { loss: NaN }],
    ['the duplication of a path is not -0.1', { duplication: -0.1 }],
    ['the reordering of a path is not 1.5', { reordering: 1.5 }],
    ['the latency of a path is not -5, but whole milliseconds from 0', { latency: -5 as Duration }],
    ['the latency of a path is not Infinity', { latency: Infinity as Duration }],
    ['the jitter of a path is not 0.5', { jitter: 0.5 as Duration }],
    ['the rate of a path is not -1, but octets a second from 0', { rate: -1 }],
    ['the rate of a path is not NaN', { rate: NaN }],
    [`'lost' is no part of an impairment`, { lost: 0.5 }],
  ])('are not impaired by what is no impairment: %s', (words, impairment: Impairment) => {
    expect(() => virtualPaths(impairment)).toThrow(words)
    const paths = virtualPaths()
    expect(() => paths.impair('a', 'b', impairment)).toThrow(words)
    expect(paths.between('a', 'b')).toEqual({ isOpen: true, ...UNIMPAIRED })
  })

  it('are impaired up to the ends of what can be said', () => {
    const ends: Impairment = { latency: ms(0), jitter: ms(0), loss: 1, duplication: 1, reordering: 0, rate: Infinity }
    expect(virtualPaths(ends).between('a', 'b')).toMatchObject(ends)
  })

  it('tell when they change', () => {
    const paths = virtualPaths()
    let times = 0
    paths.changed$.subscribe(() => times++)
    const block = paths.block('a', 'b')
    expect(times).toBe(1)
    block.unsubscribe()
    block.unsubscribe()
    expect(times).toBe(2)
  })

  it('remember a bounded number of pairs, and are right beyond it', () => {
    const paths = virtualPaths()
    paths.block('host-1', '*')
    for (let one = 0; one < 400; one++)
      for (let other = 0; other < 400; other++) paths.between(`host-${one}`, `host-${other}`)
    expect(isOpen(paths, 'host-1 > host-7', 'host-7 > host-1')).toEqual([false, true])
  })
})

describe('what a path does', () => {
  const many = (impairment: Impairment): readonly (readonly number[])[] => {
    const random = fixedRandom(3)
    return Array.from({ length: 10_000 }, () => datagramDelays({ ...UNIMPAIRED, ...impairment }, random))
  }
  const part = (delays: readonly (readonly number[])[], length: number): number =>
    delays.filter(one => one.length === length).length / delays.length

  it('is nothing, and draws nothing, where it is perfect', () => {
    const random = fixedRandom(1)
    expect(datagramDelays({ ...UNIMPAIRED, latency: ms(7) }, random)).toEqual([7])
    expect(messageDelay({ ...UNIMPAIRED, latency: ms(7) }, random)).toBe(7)
    expect(random.fraction()).toBe(fixedRandom(1).fraction())
  })

  it('is to lose as many datagrams as said, and to double as many', () => {
    expect(part(many({ loss: 0.25 }), 0)).toBeCloseTo(0.25, 1)
    expect(part(many({ duplication: 0.25 }), 2)).toBeCloseTo(0.25, 1)
    expect(part(many({ loss: 1 }), 0)).toBe(1)
  })

  it('is to spread them over the jitter', () => {
    const delays = many({ latency: ms(10), jitter: ms(4) }).flat()
    expect(new Set(delays)).toEqual(new Set([10, 11, 12, 13, 14]))
  })

  it('is to let some be overtaken', () => {
    const delays = many({ latency: ms(3), reordering: 0.1 }).flat()
    expect(new Set(delays)).toEqual(new Set([3, 13]))
    expect(delays.filter(delay => delay === 13).length / delays.length).toBeCloseTo(0.1, 1)
  })

  it('is to have a WebSocket send again what is lost, at growing intervals and not for ever', () => {
    const random = fixedRandom(3)
    const delays = Array.from({ length: 1000 }, () => messageDelay({ ...UNIMPAIRED, loss: 0.5 }, random))
    expect(new Set(delays.filter(delay => delay < 2000))).toEqual(new Set([0, 200, 600, 1400]))
    expect(messageDelay({ ...UNIMPAIRED, loss: 1 }, random)).toBe(200 * (2 ** 8 - 1))
  })
})
