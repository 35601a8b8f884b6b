import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bucket, buckets, weakBuckets } from '../../src/limits/pace.js'
import { ms, seconds } from '../../src/values/duration.js'
import { clock } from '../machine/clock.js'

describe('a pace', () => {
  it('lets a burst through at once, and then so many a second', () => {
    const { scheduler, advance } = clock()
    const { take } = bucket({ burst: 3, perSecond: 2 }, scheduler)
    const takeMany = (): number => [1, 2, 3, 4, 5].filter(() => take()).length
    expect(takeMany()).toBe(3)
    advance(ms(499))
    expect(takeMany()).toBe(0)
    advance(ms(1))
    expect(takeMany()).toBe(1)
    advance(seconds(1))
    expect(takeMany()).toBe(2)
    advance(seconds(3600))
    expect(takeMany(), 'never more than a burst').toBe(3)
  })

  it('spends nothing by a look, or by what it refuses', () => {
    const { scheduler } = clock()
    const { has, take } = bucket({ burst: 5, perSecond: 1 }, scheduler)
    expect([has(5), has(5), take(3), take(3), has(2), take(2), has()]).toEqual([
      true,
      true,
      true,
      false,
      true,
      true,
      false,
    ])
  })

  it('lets through what costs more than a burst when it is full, so that nothing is barred for ever', () => {
    const { scheduler, advance } = clock()
    const { take } = bucket({ burst: 5, perSecond: 1 }, scheduler)
    expect(take(1000)).toBe(true)
    advance(seconds(4))
    expect(take(1000)).toBe(false)
    advance(seconds(1))
    expect(take(1000)).toBe(true)
  })

  it('never lets more through than a burst and what its time is worth', () => {
    const anyPace = fc.record({ burst: fc.integer({ min: 1, max: 20 }), perSecond: fc.integer({ min: 1, max: 100 }) })
    fc.assert(
      fc.property(anyPace, fc.array(fc.nat(400), { maxLength: 60 }), (pace, waits) => {
        const { scheduler, advance } = clock()
        const { take } = bucket(pace, scheduler)
        let taken = 0
        for (const wait of waits) {
          advance(ms(wait))
          while (take()) taken++
        }
        const worth = pace.burst + (scheduler.now() / 1000) * pace.perSecond
        expect(taken).toBeLessThanOrEqual(worth + 1e-6)
        expect(waits.length === 0 ? pace.burst : taken).toBeGreaterThanOrEqual(pace.burst)
      }),
    )
  })
})

describe('a pace for each of many parties', () => {
  it('keeps them apart', () => {
    const { scheduler } = clock()
    const { has, take } = buckets<string>({ burst: 1, perSecond: 1 }, scheduler)
    expect([take('a'), take('a'), has('a'), has('b'), take('b')]).toEqual([true, false, false, true, true])
  })

  it('lets one spend more at once, and looks at as much as it would cost', () => {
    const { scheduler, advance } = clock()
    const { has, take } = buckets<string>({ burst: 10, perSecond: 1 }, scheduler)
    expect([take('a', 8), has('a', 3), take('a', 3), take('a', 2), take('b', 10)]).toEqual([
      true,
      false,
      false,
      true,
      true,
    ])
    advance(seconds(4))
    expect([has('a', 5), take('a', 4)]).toEqual([false, true])
  })

  it('keeps objects apart just so', () => {
    const { scheduler, advance } = clock()
    const [a, b] = [{}, {}]
    const { has, take } = weakBuckets({ burst: 10, perSecond: 1 }, scheduler)
    expect([take(a, 8), has(a, 3), take(a, 3), has(b, 10), take(b, 10)]).toEqual([true, false, false, true, true])
    advance(seconds(1))
    expect([take(a, 3), take(b, 2), take(b)]).toEqual([true, false, true])
  })

  it('remembers so many, and forgets the one that spent longest ago', () => {
    const { scheduler } = clock()
    const { has, take } = buckets<string>({ burst: 2, perSecond: 1 }, scheduler, 2)
    for (const party of ['a', 'a', 'b', 'b', 'a', 'c', 'c']) take(party)
    expect(['a', 'b', 'c'].map(party => has(party))).toEqual([false, true, false])
  })
})
