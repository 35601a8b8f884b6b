import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { foreignRegistration } from '../../src/bvll/registration.js'
import { registrationTimings } from '../../src/bvll/registration-timings.js'
import { ms, seconds } from '../../src/values/duration.js'
import { chance } from '../machine/chance.js'
import { clock } from '../machine/clock.js'

type Answer = 'accepted' | 'refused' | 'none'

/** A foreign device and its BBMD, which answers as `answer` says after 10 ms. */
const pair = (ttl: number, answer: (asked: number) => Answer, { fraction = 0.5, delay = ms(10) } = {}) => {
  const { scheduler, advance, running } = clock()
  const asked: number[] = []
  const told: string[] = []
  const timings = registrationTimings(ttl)
  const registration = foreignRegistration({
    ttl,
    timings,
    scheduler,
    random: chance(fraction),
    register: () => {
      asked.push(scheduler.now())
      const said = answer(asked.length)
      if (said !== 'none') scheduler.schedule(() => registration[said](), delay)
    },
    tell: state => told.push(`${scheduler.now() / 1000} s: ${state}`),
  })
  return { ...registration, asked, told, advance, running, timings, scheduler }
}

describe('a registration', () => {
  it('is asked for when it is started, and tells when it is there', () => {
    const { start, asked, told, advance, isRegistered, state } = pair(600, () => 'accepted')
    expect([asked, state()]).toEqual([[], 'unregistered'])
    start()
    expect([asked, isRegistered()]).toEqual([[0], false])
    advance(ms(10))
    expect([told, isRegistered(), state()]).toEqual([['0.01 s: registered'], true, 'registered'])
  })

  it.each([
    [0, [0, 270_010, 540_020]],
    [0.5, [0, 285_010, 570_020]],
    [0.999, [0, 299_980, 599_960]],
  ])('is renewed at half the TTL or, by chance %d, up to a tenth earlier; which is no news', (fraction, expected) => {
    const { start, asked, told, advance } = pair(600, () => 'accepted', { fraction })
    start()
    advance(seconds(601))
    expect(asked).toEqual(expected)
    expect(told).toHaveLength(1)
  })

  it('takes an answer that comes while it is being asked for', () => {
    const { scheduler } = clock()
    const told: string[] = []
    const registration = foreignRegistration({
      ttl: 60,
      timings: registrationTimings(60),
      scheduler,
      random: chance(0.5),
      register: () => registration.accepted(),
      tell: state => told.push(state),
    })
    registration.start()
    expect([registration.isRegistered(), told]).toEqual([true, ['registered']])
    registration.end()
  })

  it('of the longest TTL is renewed and lost like any other', () => {
    const { start, asked, told, advance } = pair(65535, asked => (asked === 1 ? 'accepted' : 'none'), {
      fraction: 0.999,
    })
    start()
    advance(seconds(65535 + 31))
    expect(told).toEqual(['0.01 s: registered', '65565.01 s: lost'])
    expect(asked[1]).toBeGreaterThan(32_700_000)
  })

  it('is asked for by one call at a time, however many broadcasts a forgetful BBMD could not place', () => {
    const { start, asked, told, advance, unknown, isRegistered } = pair(600, () => 'accepted')
    start()
    advance(seconds(1))
    for (let n = 0; n < 10; n++) unknown()
    expect([asked, isRegistered()]).toEqual([[0, 1000], false])
    advance(seconds(1))
    expect(told).toEqual(['0.01 s: registered', '1 s: unregistered', '1.01 s: registered'])
  })

  it('leaves no timer behind, and hears nothing any more, when it has ended', () => {
    const { start, asked, told, advance, running, end, unknown, accepted, addressChanged } = pair(600, () => 'accepted')
    start()
    advance(seconds(1))
    end()
    expect(running()).toBe(0)
    for (const say of [unknown, accepted, addressChanged, start]) say()
    advance(seconds(3600))
    expect([asked.length, told]).toEqual([1, ['0.01 s: registered', '1 s: unregistered']])
  })
})

describe('a registration that is ended while it tells that it is not there any more', () => {
  it('is not asked for again', () => {
    const { scheduler, running } = clock()
    let asked = 0
    const registration = foreignRegistration({
      ttl: 60,
      timings: registrationTimings(60),
      scheduler,
      random: chance(0.5),
      register: () => asked++,
      tell: state => {
        if (state === 'unregistered') registration.end()
      },
    })
    registration.start()
    registration.accepted()
    registration.unknown()
    expect([asked, running()]).toEqual([1, 0])
  })
})

const anyAnswers = fc.array(fc.constantFrom<Answer>('accepted', 'refused', 'none'), { maxLength: 40 })
const anyTtl = fc.oneof(fc.integer({ min: 1, max: 120 }), fc.integer({ min: 1, max: 65535 }))
const anyFraction = fc.double({ min: 0, max: 0.999, noNaN: true })

describe('a registration, whatever answers are lost', () => {
  it('asks again no sooner than after the shortest retry', () => {
    fc.assert(
      fc.property(anyTtl, anyFraction, anyAnswers, (ttl, fraction, answers) => {
        const { start, asked, advance, end, timings } = pair(ttl, n => answers[n - 1] ?? 'none', { fraction })
        start()
        for (let n = 0; n < 40; n++) advance(seconds(ttl / 4))
        end()
        const gaps = asked.slice(1).map((at, index) => at - (asked[index] ?? 0))
        const least = Math.min(timings.retry, timings.backOff, 0.45 * ttl * 1000)
        expect(Math.min(...gaps, Infinity)).toBeGreaterThanOrEqual(Math.floor(least))
      }),
    )
  })

  it('is there within the longest wait once the BBMD answers again', () => {
    fc.assert(
      fc.property(anyTtl, anyFraction, anyAnswers, fc.nat(40), (ttl, fraction, answers, quarters) => {
        let recovered = false
        const answer = (asked: number): Answer => (recovered ? 'accepted' : (answers[asked - 1] ?? 'none'))
        const { start, advance, isRegistered, end, timings, told } = pair(ttl, answer, { fraction })
        start()
        for (let n = 0; n < quarters; n++) advance(seconds(ttl / 4))
        recovered = true
        const refused = told.at(-1)?.endsWith('refused') === true
        advance(ms((refused ? timings.longestBackOff : timings.longestRetry) + 10))
        expect(isRegistered()).toBe(true)
        end()
      }),
    )
  })

  it('is never lost with a BBMD that answers everything, nor one that misses no two in a row', () => {
    fc.assert(
      fc.property(fc.integer({ min: 11, max: 65535 }), anyFraction, fc.boolean(), (ttl, fraction, misses) => {
        const { start, told, advance, end } = pair(ttl, asked => (misses && asked % 2 === 0 ? 'none' : 'accepted'), {
          fraction,
        })
        start()
        for (let n = 0; n < 40; n++) advance(seconds(ttl))
        expect(told).toEqual(['0.01 s: registered'])
        end()
      }),
    )
  })

  it('keeps no timer beyond its end, whenever that is', () => {
    fc.assert(
      fc.property(anyTtl, anyAnswers, fc.nat(40), (ttl, answers, quarters) => {
        const { start, advance, end, running } = pair(ttl, n => answers[n - 1] ?? 'none')
        start()
        for (let n = 0; n < quarters; n++) advance(seconds(ttl / 4))
        end()
        advance(ms(10))
        expect(running()).toBe(0)
      }),
    )
  })
})
