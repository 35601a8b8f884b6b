import { debounceTime, filter, groupBy, interval, map, NEVER, Observable, range, timer } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { marbles } from '../../../src/testing/index.js'
import { failure, messageOf } from '../../support/marble-failure.js'

describe('a test in marbles that is wrong', () => {
  it.each([
    ['an open group', '--a-(b', '"--a-(b": "(" has no place in column 4.'],
    ['an empty group', '-()', '"-()": the group in column 1 is empty.'],
    ['a gap', 'a b', '"a b": " " has no place in column 1.'],
    ['a subscription', '-^-', '"-^-": "^" is of a subscription, and has no place here.'],
    ['life after death', 'a|b', '"a|b": something follows the end of the stream.'],
    ['an unknown symbol', '-z', 'the symbol "z" is not among the values: a, b.'],
  ])('is told at once of %s', (_, line, message) => {
    const values = { a: 1, b: 2 }
    expect(messageOf(({ expectMarbles }) => expectMarbles(NEVER).toBe(line, values))).toBe(message)
    expect(messageOf(({ hot }) => hot(line, values))).toBe(message)
  })

  it('cannot have symbols of several characters or of the notation', () => {
    for (const symbol of ['ab', '-', '|', '']) {
      expect(messageOf(({ hot }) => hot('a', { a: 1, [symbol]: 2 }))).toContain('cannot be a symbol')
    }
  })

  it.each(['a', '^^', '!^', '^!^'])('cannot subscribe with %s', span => {
    expect(messageOf(({ expectMarbles }) => expectMarbles(NEVER, span).toBe('-'))).toMatch(/subscription/)
  })

  it('must expect something, and say what', () => {
    expect(messageOf(({ hot }) => hot('a'))).toBe('nothing is expected in this test: it could not fail.')
    expect(messageOf(({ expectMarbles }) => expectMarbles(NEVER))).toBe(
      'expectMarbles(…) expects nothing without .toBe(…)',
    )
  })

  it('cannot expect something of what it knows nothing of', () => {
    expect(messageOf(({ expectSubscriptions }) => expectSubscriptions(NEVER).toBe())).toContain(
      'is for streams of cold',
    )
    expect(messageOf(({ expectSent }) => expectSent(() => NEVER).toBe('-'))).toContain('is for links of fakeLink')
  })

  it('says each thing that it expects of a stream', () => {
    const message = messageOf(({ hot, expectMarbles }) => {
      const expected = expectMarbles(hot('a'))
      expected.toBe('b')
      expected.toBe('a')
      expected.toBe('c')
    })
    expect(message.match(/^stream: .*$/gm)).toEqual([
      'stream: at 0 s: expected b, got a',
      'stream: at 0 s: expected c, got a',
    ])
  })

  it('is put together before time passes', () => {
    const late = /before time passes/
    expect(messageOf(({ hot, expectMarbles }) => expectMarbles(timer(1).pipe(map(() => hot('a')))).toBe('-'))).toMatch(
      late,
    )
    expect(
      messageOf(({ scheduler, expectMarbles }) => {
        scheduler.schedule(() => expectMarbles(NEVER).toBe('-'), 1000)
        expectMarbles(NEVER).toBe('--')
      }),
    ).toMatch(late)
  })

  it('cannot wait for a promise', () => {
    expect(messageOf(() => Promise.resolve())).toBe('a promise is not virtual: the test would be over before it is.')
  })

  it('has a duration for a column', () => {
    expect(messageOf(() => 0, { column: '3' })).toContain('"3" is not a duration')
    expect(messageOf(() => 0, { column: '0 s' })).toBe('a column must last at least 1 ms.')
  })

  it('fails with the errors that are thrown in it, whoever throws', () => {
    const thrown = new RangeError('mine')
    const fail = (): never => {
      throw thrown
    }
    expect(failure(fail)).toBe(thrown)
    expect(
      failure(({ cold, expectMarbles }) => {
        cold('-a').subscribe(fail)
        expectMarbles(NEVER).toBe('-')
      }),
    ).toBe(thrown)
    expect(
      failure(({ scheduler, expectMarbles }) => {
        scheduler.schedule(fail, 1000)
        expectMarbles(NEVER).toBe('-')
      }),
    ).toBe(thrown)
    marbles(({ expectMarbles }) => expectMarbles(timer(1000)).toBe('-(a|)', { a: 0 }))
  })
})

describe('what has no end', () => {
  it('is unsubscribed when the test is over', () => {
    expect(messageOf(({ expectMarbles }) => expectMarbles(interval(1000)).toBe('-0', { 0: 0 }))).toContain('-0①②③④')
  })

  it('is found where time stands still', () => {
    const silent = messageOf(({ expectMarbles }) => expectMarbles(interval(0).pipe(filter(() => false))).toBe('---'))
    expect(silent).toBe('time stands still at 0 s: more than 10000 timers ran out there, one after the other')
    const loud = messageOf(({ expectMarbles }) => expectMarbles(interval(0)).toBe('---'))
    expect(loud).toMatch(/and 990 more\n/)
    expect(loud.length).toBeLessThan(1000)
  })

  it('is told when it outlives its subscribers', () => {
    const message = messageOf(({ hot, expectMarbles }) => {
      const a$ = hot('-a')
      const leaking$ = new Observable(() => {
        a$.subscribe()
        interval(700).subscribe()
      })
      expectMarbles(leaking$).toBe('--')
    })
    expect(message).toBe(
      [
        '"hot" is still subscribed when all outputs are unsubscribed',
        'a timer is still set for 7 s 700 ms when all outputs are unsubscribed',
      ].join('\n\n'),
    )
  })

  it('is told when an operator of RxJS leaks: groupBy, with a duration that listens to its group', () => {
    const message = messageOf(({ hot, expectMarbles }) => {
      const grouped$ = hot('-a').pipe(
        groupBy(symbol => symbol, { duration: group$ => group$.pipe(debounceTime(90_000)) }),
      )
      expectMarbles(grouped$.pipe(map(({ key }) => key)), '^---!').toBe('-a')
    })
    expect(message).toContain('"hot" is still subscribed')
  })

  it('may be started, and ends with the test', () => {
    marbles(({ start, cold, hot, expectMarbles, expectSubscriptions }) => {
      const endless$ = cold('ab')
      start(endless$)
      start(interval(10))
      expectMarbles(hot('--a')).toBe('--a')
      expectSubscriptions(endless$).toBe('^')
    })
    const message = messageOf(({ start, cold, expectMarbles }) => {
      start(cold('--#'))
      expectMarbles(NEVER).toBe('---')
    })
    expect(message).toBe('what was started fails at 2 s: Error: cold fails')
    const loop = messageOf(({ start, expectMarbles }) => {
      start(range(0, Infinity))
      expectMarbles(NEVER).toBe('---')
    })
    expect(loop).toBe('what was started fails at 0 s: Error: it says more than 100000 things at once')
  })

  it('says what expectMarbles is for', () => {
    const message = messageOf(({ expectMarbles }) => expectMarbles(undefined as never).toBe('-'))
    expect(message).toBe('expectMarbles is for streams.')
  })
})
