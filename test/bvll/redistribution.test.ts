import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { redistribution } from '../../src/bvll/redistribution.js'
import { ms, seconds } from '../../src/values/duration.js'
import { clock } from '../machine/clock.js'

const memory = () => {
  const { scheduler, advance } = clock()
  return { ...redistribution<number>({ scheduler }), advance }
}

describe('broadcasts that a BBMD did not distribute', () => {
  it('are sent again when it knows us: the latest, as many as it said, in their order, once', () => {
    const { distributed, failed, registered } = memory()
    for (const n of [1, 2, 3, 4]) distributed(n)
    failed()
    failed()
    expect([registered(), registered()]).toEqual([[3, 4], []])
  })

  it('are none while it says nothing, whatever else a success is about', () => {
    const { distributed, failed, registered } = memory()
    distributed(1)
    expect(registered()).toEqual([])
    failed()
    expect(registered()).toEqual([1])
  })

  it('are none that were sent after it said so', () => {
    const { distributed, failed, registered } = memory()
    distributed(1)
    failed()
    failed()
    distributed(2)
    expect(registered()).toEqual([1])
  })

  it('are not taken for others when it says so once more, late', () => {
    const { distributed, failed, registered } = memory()
    for (const n of [1, 2, 3]) distributed(n)
    failed()
    expect(registered()).toEqual([3])
    failed()
    expect(registered()).toEqual([])
  })

  it('are not taken for one that could not be sent, and of which that is known', () => {
    const { distributed, failed, registered, unsent } = memory()
    for (const n of [1, 2, 3]) distributed(n)
    unsent(n => n === 3)
    unsent(n => n === 4)
    failed()
    expect(registered()).toEqual([2])
  })

  it('are not sent again when that would be long after', () => {
    const { distributed, failed, registered, advance } = memory()
    distributed(1)
    advance(seconds(4))
    distributed(2)
    failed()
    failed()
    advance(ms(5999))
    distributed(3)
    advance(ms(1))
    expect(registered()).toEqual([2])
  })

  it('are no more than 16', () => {
    const { distributed, failed, registered } = memory()
    for (let n = 1; n <= 20; n++) distributed(n)
    for (let n = 1; n <= 100; n++) failed()
    expect(registered()).toEqual([5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20])
  })

  it('are sent again at most once each and in their order, whatever is said', () => {
    type Act = 'distribute' | 'fail' | 'register' | 'wait'
    const anyAct = fc.constantFrom<Act>('distribute', 'distribute', 'fail', 'fail', 'register', 'wait')
    fc.assert(
      fc.property(fc.array(anyAct, { maxLength: 100 }), acts => {
        const { distributed, failed, registered, advance } = memory()
        const again: number[] = []
        let failures = 0
        for (const [n, act] of acts.entries()) {
          if (act === 'distribute') distributed(n)
          if (act === 'wait') advance(seconds(3))
          if (act === 'fail') {
            failures++
            failed()
          }
          if (act === 'register') again.push(...registered())
        }
        expect(again).toEqual([...new Set(again)].sort((a, b) => a - b))
        expect(again.length).toBeLessThanOrEqual(failures)
        expect(again.every(n => acts[n] === 'distribute')).toBe(true)
      }),
    )
  })
})
