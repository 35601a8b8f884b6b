import { describe, expect, it } from 'vitest'
import { budget } from '../../src/limits/budget.js'
import { bucket, buckets } from '../../src/limits/pace.js'
import { clock } from '../machine/clock.js'

const spender = (each: number, total: number) => {
  const { scheduler } = clock()
  return budget<string>(
    buckets({ burst: each, perSecond: 1 }, scheduler),
    bucket({ burst: total, perSecond: 1 }, scheduler),
  )
}

describe('a budget', () => {
  it('says whether a party has spent its own, or all have together', () => {
    const spend = spender(5, 8)
    expect([spend('a', 4), spend('a', 4), spend('b', 5), spend('b', 4)]).toEqual([
      undefined,
      'its own',
      'in total',
      undefined,
    ])
  })

  it('costs nothing where it is over', () => {
    const { scheduler } = clock()
    const own = buckets<string>({ burst: 5, perSecond: 1 }, scheduler)
    const inTotal = bucket({ burst: 8, perSecond: 1 }, scheduler)
    const spend = budget(own, inTotal)
    for (let n = 0; n < 10; n++) spend('a', 5)
    expect(inTotal.has(3), 'of all, by one that has spent its own').toBe(true)
    for (let n = 0; n < 10; n++) spend('b', 5)
    expect(own.has('b', 5), 'of its own, by one that all have left nothing').toBe(true)
  })

  it('costs one where nothing else is said', () => {
    const spend = spender(2, 9)
    expect([spend('a'), spend('a'), spend('a')]).toEqual([undefined, undefined, 'its own'])
  })
})
