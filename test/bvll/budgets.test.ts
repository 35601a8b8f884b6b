import { describe, expect, it } from 'vitest'
import { answerBudget, fanOutBudget } from '../../src/bvll/budgets.js'
import { seconds } from '../../src/values/duration.js'
import { clock } from '../machine/clock.js'

describe('the budget of copies', () => {
  it('is one of each address and one of all, counted in copies', () => {
    const { scheduler, advance } = clock()
    const over = fanOutBudget(
      { each: { burst: 100, perSecond: 10 }, inTotal: { burst: 150, perSecond: 100 } },
      scheduler,
    )
    expect([over('a', 60), over('a', 60), over('a', 40)]).toEqual([undefined, 'address broadcasts too much', undefined])
    expect([over('b', 60), over('b', 50)]).toEqual(['too many broadcasts in total', undefined])
    advance(seconds(1))
    expect([over('a', 11), over('a', 10), over('b', 50)]).toEqual(['address broadcasts too much', undefined, undefined])
  })

  it('lets a broadcast pass that makes more copies than its budget ever holds, when nothing of it is spent', () => {
    const { scheduler } = clock()
    const pace = { burst: 10, perSecond: 1 }
    const over = fanOutBudget({ each: pace, inTotal: pace }, scheduler)
    expect([over('a', 128), over('a', 1)]).toEqual([undefined, 'address broadcasts too much'])
  })
})

describe('the budget of answers', () => {
  it('is one of each address and one of all', () => {
    const { scheduler, advance } = clock()
    const over = answerBudget({ each: { burst: 12, perSecond: 6 }, inTotal: { burst: 18, perSecond: 6 } }, scheduler)
    expect(['a', 'a', 'a', 'b', 'b'].map(origin => over(origin, 6))).toEqual([
      undefined,
      undefined,
      'address asks too often',
      undefined,
      'too many requests in total',
    ])
    advance(seconds(1))
    expect(over('a', 6)).toBeUndefined()
  })

  it('of all bounds what an attacker gets who forges a new source for each request', () => {
    const { scheduler } = clock()
    const over = answerBudget({ each: { burst: 20, perSecond: 5 }, inTotal: { burst: 500, perSecond: 200 } }, scheduler)
    const answered = Array.from({ length: 20_000 }, (_, n) => over(`10.0.${n >> 8}.${n & 255}`, 1)).filter(
      reason => reason === undefined,
    )
    expect(answered).toHaveLength(500)
  })
})
