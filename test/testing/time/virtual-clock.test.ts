import fc from 'fast-check'
import { concat, delay, interval, of, take, timer, toArray, VirtualTimeScheduler, type SchedulerLike } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { virtualClock } from '../../../src/testing/time/virtual-clock.js'
import { ms, seconds, type Duration } from '../../../src/values/duration.js'

/** Work that sets further work and calls off what was set: by the number of each, and what it does when its time comes. */
interface Deed {
  readonly sets: readonly number[]
  readonly callsOff: number
  readonly again: number
}

const deeds = fc.array(
  fc.record({
    sets: fc.array(fc.nat(20), { maxLength: 3 }),
    callsOff: fc.nat(40),
    again: fc.constantFrom(-1, -1, -1, 0, 3),
  }),
  { minLength: 1, maxLength: 40 },
)

/** What happens, and when. */
const history = (scheduler: SchedulerLike, plan: readonly Deed[], run: () => void): readonly string[] => {
  const seen: string[] = []
  const set: { readonly unsubscribe: () => void }[] = []
  const start = (after: number): void => {
    const number = set.length
    const deed = plan[number]
    if (deed === undefined) return
    let times = 0
    set.push(
      scheduler.schedule(function () {
        seen.push(`${number} at ${scheduler.now()}`)
        if (times++ > 0) return
        for (const delayed of deed.sets) start(delayed)
        set[deed.callsOff]?.unsubscribe()
        if (deed.again >= 0) this.schedule(undefined, deed.again)
      }, after),
    )
  }
  start(0)
  start(5)
  run()
  return seen
}

describe('the virtual clock', () => {
  it('does the same in the same order as the virtual time of RxJS', () => {
    fc.assert(
      fc.property(deeds, plan => {
        const clock = virtualClock()
        const rxjs = new VirtualTimeScheduler()
        expect(history(clock, plan, () => clock.advance(seconds(10)))).toEqual(history(rxjs, plan, () => rxjs.flush()))
        expect(clock.pending()).toBe(0)
      }),
    )
  })

  it('is a scheduler for the operators of RxJS', () => {
    const clock = virtualClock()
    const seen: unknown[] = []
    concat(interval(100, clock).pipe(take(3)), of('late').pipe(delay(1000, clock)), timer(50, clock))
      .pipe(toArray())
      .subscribe(all => seen.push(clock.now(), ...all))
    clock.advance(seconds(2))
    expect(seen).toEqual([1350, 0, 1, 2, 'late', 0])
  })

  it('stands still until it is told to pass, and stops where it is told to', () => {
    const clock = virtualClock()
    const seen: number[] = []
    for (const at of [30, 10, 20]) clock.schedule(() => seen.push(clock.now()), at)
    expect(clock.next()).toBe(10)
    clock.advance(ms(20))
    expect([seen, clock.now(), clock.next(), clock.pending(), clock.done()]).toEqual([[10, 20], 20, 30, 1, 2])
    clock.advance(ms(5))
    expect(clock.now()).toBe(25)
  })

  it('reads how long as a script of faults does, and passes only so', () => {
    const clock = virtualClock()
    clock.advance('1.5 min')
    expect(clock.now()).toBe(90_000)
    for (const said of ['soon', '-1s', '700h', NaN as Duration, -1 as Duration]) {
      expect(() => clock.advance(said)).toThrow('is not a duration')
    }
    expect(clock.now()).toBe(90_000)
  })

  it('forgets what is called off, however much of it there is', () => {
    const clock = virtualClock()
    const lasting = clock.schedule(() => undefined, 1000)
    for (let times = 0; times < 10_000; times++) clock.schedule(() => undefined, 500).unsubscribe()
    expect(clock.pending()).toBe(1)
    lasting.unsubscribe()
    expect([clock.pending(), clock.next()]).toEqual([0, undefined])
  })

  it('calls what throws by its name: the rest happens at the next advance', () => {
    const clock = virtualClock()
    const seen: string[] = []
    clock.schedule(() => {
      throw new Error('a bug')
    }, 10)
    clock.schedule(() => seen.push('the rest'), 10)
    expect(() => clock.advance(ms(20))).toThrow('a bug')
    clock.advance(ms(10))
    expect(seen).toEqual(['the rest'])
  })

  it('says so when time stands still', () => {
    const clock = virtualClock()
    interval(0, clock).subscribe()
    expect(() => clock.advance(ms(1))).toThrow('time stands still at 0 ms')
  })

  it('does not pass within a piece of work, where it passes already, and goes on after that', () => {
    const clock = virtualClock()
    const seen: string[] = []
    clock.schedule(() => clock.advance('1s'), 10)
    clock.schedule(() => seen.push(`the rest at ${clock.now()}`), 20)
    expect(() => clock.advance('1s')).toThrow('time passes already: at 10 ms, a piece of work called advance')
    expect([clock.now(), seen]).toEqual([10, []])
    clock.advance('1s')
    expect([clock.now(), seen]).toEqual([1010, ['the rest at 20']])
  })
})
