import { NEVER, of, Subject, take, throwError, type Observable } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import { describe, expect, it } from 'vitest'
import { drive, type Stop } from '../../src/machine/drive.js'
import { clearTimer, setTimer, type TimerEffect } from '../../src/machine/timers.js'
import { seconds } from '../../src/values/duration.js'
import { chance } from './chance.js'
import { clock, type Clock } from './clock.js'

/**
 * A machine that is told what to do: an event is a word, an effect is what it says about it, and the state counts events.
 * Timers are set and cleared by name, as `set egg`, and come back as `egg fired`.
 */
type Said = { readonly _tag: 'Said'; readonly text: string }
type ToyEffect = Said | TimerEffect<string> | Stop

const say = (text: string): Said => ({ _tag: 'Said', text })

const effectsOf = (word: string): readonly ToyEffect[] => {
  if (word.startsWith('set ')) return [setTimer(word.slice(4), seconds(10))]
  if (word.startsWith('clear ')) return [clearTimer(word.slice(6))]
  return word === 'stop' ? [say('last'), { _tag: 'Stop' }, setTimer('too late', seconds(10)), say('too late')] : []
}

const toy = (event$: Observable<string>, scheduler: Clock['scheduler']): Observable<Said> =>
  event$.pipe(
    drive<number, string, Said, string>({
      initial: 0,
      transition: (count, word) => [count + 1, [...effectsOf(word), say(`${count + 1} ${word}`)]],
      fired: timer => `${timer} fired`,
      scheduler,
      random: chance(0.75),
    }),
  )

/** A toy that runs: what it said, and how it ended. */
const run = (event$: Observable<string>) => {
  const { scheduler, advance, running } = clock()
  const heard: string[] = []
  const subscription = toy(event$, scheduler).subscribe({
    next: ({ text }) => heard.push(`${scheduler.now() / 1000} s: ${text}`),
    complete: () => heard.push('completed'),
    error: (error: unknown) => heard.push(String(error)),
  })
  return { heard, advance, running, subscription }
}

describe('drive', () => {
  it('gives each event to the machine and each effect to the world', () => {
    expect(run(of('a', 'b')).heard).toEqual(['0 s: 1 a', '0 s: 2 b'])
  })

  it('lets an event wait that is fed while effects are handled', () => {
    const event$ = new Subject<string>()
    const heard: string[] = []
    toy(event$, clock().scheduler).subscribe(({ text }) => {
      heard.push(`${text} begins`)
      if (text === '1 a') ['b', 'c'].forEach(word => event$.next(word))
      heard.push(`${text} ends`)
    })
    event$.next('a')
    expect(heard).toEqual(['1 a begins', '1 a ends', '2 b begins', '2 b ends', '3 c begins', '3 c ends'])
  })

  it('brings a timer back as an event, once', () => {
    const { heard, advance } = run(of('set egg'))
    advance(seconds(9.999))
    expect(heard).toEqual(['0 s: 1 set egg'])
    advance(seconds(100))
    expect(heard).toEqual(['0 s: 1 set egg', '10 s: 2 egg fired'])
  })

  it('starts a timer again that is set again', () => {
    const event$ = new Subject<string>()
    const { heard, advance, running } = run(event$)
    event$.next('set egg')
    advance(seconds(9))
    event$.next('set egg')
    expect(running()).toBe(1)
    advance(seconds(20))
    expect(heard.slice(2)).toEqual(['19 s: 3 egg fired'])
  })

  it('keeps timers of different names apart', () => {
    const event$ = new Subject<string>()
    const { heard, advance } = run(event$)
    event$.next('set egg')
    advance(seconds(1))
    event$.next('set tea')
    event$.next('clear egg')
    advance(seconds(20))
    expect(heard.slice(3)).toEqual(['11 s: 4 tea fired'])
  })

  it('takes a timer off the clock that is cleared, and does not mind one that does not run', () => {
    const { heard, advance, running } = run(of('set egg', 'clear egg', 'clear egg'))
    expect(running()).toBe(0)
    advance(seconds(20))
    expect(heard).toHaveLength(3)
  })

  it('draws the jitter of a timer', () => {
    const { scheduler, advance } = clock()
    const fired: number[] = []
    of('start')
      .pipe(
        drive({
          initial: 0,
          transition: (state: number, event: string) => [
            state,
            event === 'start'
              ? [setTimer('egg', seconds(20), { ratio: 0.5, least: seconds(10), most: seconds(60) })]
              : [say(event)],
          ],
          fired: (timer: string) => timer,
          scheduler,
          random: chance(0.75),
        }),
      )
      .subscribe(() => fired.push(scheduler.now()))
    advance(seconds(60))
    expect(fired).toEqual([25_000])
  })

  it('completes on Stop, and nothing said or set after it counts', () => {
    const { heard, running } = run(of('set egg', 'stop', 'more'))
    expect(heard).toEqual(['0 s: 1 set egg', '0 s: last', 'completed'])
    expect(running()).toBe(0)
  })

  it('does not end with its events, as timers may still run', () => {
    const { heard, advance } = run(of('set egg'))
    advance(seconds(10))
    expect(heard).toEqual(['0 s: 1 set egg', '10 s: 2 egg fired'])
  })

  it('fails with its events', () => {
    expect(run(throwError(() => new Error('no more events'))).heard).toEqual(['Error: no more events'])
  })

  it('stops all timers when it is unsubscribed', () => {
    const { heard, advance, running, subscription } = run(of('set egg', 'set tea'))
    expect(running()).toBe(2)
    subscription.unsubscribe()
    expect(running()).toBe(0)
    advance(seconds(20))
    expect(heard).toHaveLength(2)
  })

  it('sets no timer when it is unsubscribed by what it said just before', () => {
    const { scheduler, running } = clock()
    of('start')
      .pipe(
        drive({
          initial: 0,
          transition: (state: number) => [state, [say('enough?'), setTimer('egg', seconds(10))]],
          fired: (timer: string) => timer,
          scheduler,
          random: chance(0),
        }),
        take(1),
      )
      .subscribe()
    expect(running()).toBe(0)
  })

  it('is cold: each subscription has a state and timers of its own', () => {
    const { scheduler } = clock()
    const driven$ = toy(of('a'), scheduler)
    const heard: string[] = []
    driven$.subscribe(({ text }) => heard.push(text))
    driven$.subscribe(({ text }) => heard.push(text))
    expect(heard).toEqual(['1 a', '1 a'])
  })

  it('unsubscribes from its events when it stops, and when it is unsubscribed', () => {
    const scheduler = new TestScheduler((actual, expected) => expect(actual).toEqual(expected))
    scheduler.run(({ hot, expectObservable, expectSubscriptions }) => {
      const words = { a: 'a', x: 'stop' }
      const stopped$ = hot('-a--x--a-', words)
      const dropped$ = hot('-a-----a-', words)
      const said = { a: say('1 a'), l: say('last') }
      expectObservable(toy(stopped$, scheduler)).toBe('-a--(l|)', said)
      expectSubscriptions(stopped$.subscriptions).toBe('^---!')
      expectObservable(toy(dropped$, scheduler), '^----!').toBe('-a----', said)
      expectSubscriptions(dropped$.subscriptions).toBe('^----!')
    })
  })

  it('never ends by itself', () => {
    const { heard, advance } = run(NEVER)
    advance(seconds(1_000_000))
    expect(heard).toEqual([])
  })
})
