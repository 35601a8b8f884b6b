import { describe, expect, it } from 'vitest'
import { broadcastBudget } from '../../../src/sc/hub/broadcast-budget.js'
import { hubLimits, type HubLimits } from '../../../src/sc/hub/hub-limits.js'
import { ms, seconds } from '../../../src/values/duration.js'
import { clock } from '../../machine/clock.js'

const [a, b] = [{}, {}]

const budget = (limits: Partial<HubLimits>) => {
  const { scheduler, advance } = clock()
  const over = broadcastBudget(hubLimits(limits), scheduler)
  const passed = (sender: object, copies: number, times: number): number =>
    Array.from({ length: times }, () => over(sender, copies)).filter(reason => reason === undefined).length
  return { over, passed, advance }
}

describe('the budget of broadcasts', () => {
  it('counts copies, for each sender', () => {
    const { over, passed, advance } = budget({ broadcastsPerSender: { burst: 100, perSecond: 50 } })
    expect(passed(a, 9, 20)).toBe(11)
    expect(over(a, 9)).toBe('sender broadcasts too much')
    expect(passed(b, 50, 3)).toBe(2)
    advance(seconds(1))
    expect(passed(a, 25, 3)).toBe(2)
  })

  it('counts copies of all senders together, and one that is over its own budget spends nothing of it', () => {
    const { over, passed } = budget({
      broadcastsPerSender: { burst: 100, perSecond: 1 },
      broadcastsInTotal: { burst: 150, perSecond: 1 },
    })
    expect(passed(a, 10, 50)).toBe(10)
    expect(passed(b, 10, 50)).toBe(5)
    expect(over(b, 10)).toBe('too many broadcasts in total')
  })

  it('by default lets a router announce a thousand devices to a thousand nodes, and go on a hundred times a second', () => {
    const { passed, advance } = budget({})
    expect(passed(a, 999, 1000)).toBe(1000)
    expect(passed(a, 999, 1000)).toBeLessThan(2)
    let later = 0
    for (let n = 0; n < 100; n++) {
      advance(ms(100))
      later += passed(a, 999, 10)
    }
    expect(later).toBe(1000)
  })

  it('by default lets a thousand nodes announce themselves and ask who is there, all at once', () => {
    const { passed } = budget({})
    const senders = Array.from({ length: 1000 }, () => ({}))
    expect(senders.filter(sender => passed(sender, 999, 2) === 2)).toHaveLength(1000)
  })

  it('by default is no limit for a network of few', () => {
    const { passed, advance } = budget({})
    for (let n = 0; n < 20; n++) {
      expect(passed(a, 2, 5000)).toBe(5000)
      advance(ms(100))
    }
  })
})
