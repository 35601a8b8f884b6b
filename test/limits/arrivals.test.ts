import { describe, expect, it } from 'vitest'
import { arrivals, type ArrivalLimits } from '../../src/limits/arrivals.js'
import { ms, seconds } from '../../src/values/duration.js'
import { hubLimits } from '../../src/sc/hub/hub-limits.js'
import { clock } from '../machine/clock.js'

const GENEROUS = { burst: 1000, perSecond: 1000 }

const door = (limits: Partial<ArrivalLimits>) => {
  const { scheduler, advance } = clock()
  const generous = { maxPerAddress: 1000, arrivalsPerAddress: GENEROUS, arrivalsInTotal: GENEROUS }
  return { ...arrivals({ ...generous, ...limits }, scheduler), advance }
}

describe('the door of a server', () => {
  it('lets so many in from one address, until one leaves', () => {
    const { enter, leave } = door({ maxPerAddress: 2 })
    const tooMany = 'too many connections from this address'
    expect(['a', 'a', 'a', 'b'].map(enter)).toEqual([undefined, undefined, tooMany, undefined])
    leave('a')
    expect(['a', 'a'].map(enter)).toEqual([undefined, tooMany])
  })

  it('lets them in at a pace for each address, and counts nobody that it turns away', () => {
    const { enter, advance } = door({ arrivalsPerAddress: { burst: 2, perSecond: 1 }, maxPerAddress: 3 })
    const tooOften = 'connects too often from this address'
    expect(['a', 'a', 'a', 'a', 'b'].map(enter)).toEqual([undefined, undefined, tooOften, tooOften, undefined])
    advance(seconds(1))
    expect(enter('a')).toBeUndefined()
  })

  it('lets all together in at a pace, which those that are turned away for themselves do not spend', () => {
    const { enter, advance } = door({
      arrivalsPerAddress: { burst: 1, perSecond: 1 },
      arrivalsInTotal: { burst: 2, perSecond: 10 },
    })
    for (let n = 0; n < 100; n++) enter('a')
    expect(['b', 'c'].map(enter)).toEqual([undefined, 'too many connect at once'])
    advance(ms(100))
    expect(enter('c')).toBeUndefined()
  })

  it('by default lets a whole building come from one address, come again after 10 s, and others meanwhile', () => {
    const { enter, leave, advance } = door(hubLimits())
    const comeAll = (): number => Array.from({ length: 1000 }, () => enter('nat')).filter(no => no !== undefined).length
    expect(comeAll(), 'turned away at first').toBe(0)
    expect(enter('nat')).toBe('connects too often from this address')
    expect(enter('elsewhere')).toBeUndefined()
    advance(seconds(10))
    expect(comeAll(), 'turned away again, with the first thousand still there').toBe(0)
    for (let n = 0; n < 1000; n++) leave('nat')
    advance(seconds(10))
    expect(comeAll()).toBe(0)
  })
})
