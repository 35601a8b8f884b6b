import { concat, debounceTime, filter, groupBy, interval, map, NEVER, Observable, of, timeout, timer } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { marbles, type MarbleOptions, type MarbleTools } from '../../../src/testing/index.js'

/** What the test of a user fails with. */
const failure = (body: (tools: MarbleTools) => unknown, options?: MarbleOptions): Error => {
  try {
    marbles(body, options)
  } catch (error) {
    return error as Error
  }
  throw new Error('the test passes')
}

const messageOf = (...args: Parameters<typeof failure>): string => failure(...args).message

describe('marbles', () => {
  it('compares streams by time and value, a column being a second', () => {
    marbles(({ cold, hot, expectMarbles, scheduler }) => {
      expectMarbles(timer(3000, scheduler)).toBe('---(a|)', { a: 0 })
      expectMarbles(cold('-a--b|').pipe(map(symbol => symbol.toUpperCase()))).toBe('-A--B|')
      expectMarbles(hot('-(ab)-c#')).toBe('-(ab)-c#')
      expectMarbles(of({ deep: [Uint8Array.of(1, 2)] })).toBe('(o|)', { o: { deep: [Buffer.of(1, 2)], no: undefined } })
    })
  })

  it('takes columns of any length', () => {
    marbles(({ expectMarbles }) => expectMarbles(timer(250)).toBe('-----(a|)', { a: 0 }), { column: '50 ms' })
    marbles(({ expectMarbles }) => expectMarbles(timer(36e5)).toBe('--(a|)', { a: 0 }), { column: '30min' })
  })

  it('has timers without a scheduler in virtual time, and does not wait for any', () => {
    const begin = performance.now()
    marbles(
      ({ expectMarbles }) => {
        expectMarbles(interval(86_400_000), '^---!').toBe('-012', { 0: 0, 1: 1, 2: 2 })
        expectMarbles(NEVER.pipe(timeout({ first: 86_400_000, with: () => of('late') }))).toBe('-(l|)', { l: 'late' })
      },
      { column: '24 h' },
    )
    expect(performance.now() - begin).toBeLessThan(1000)
  })

  it('begins a cold stream when it is subscribed to, and a hot one at once', () => {
    marbles(({ cold, hot, expectMarbles, expectSubscriptions }) => {
      const [cold$, hot$] = [cold('ab|'), hot('-ab--c|')]
      expectMarbles(cold$, '--^').toBe('--ab|')
      expectMarbles(concat(cold$, cold$)).toBe('abab|')
      expectMarbles(hot$, '--^-!').toBe('--b')
      expectSubscriptions(cold$).toBe('^-!', '--^-!', '--^-!')
      expectSubscriptions(hot$).toBe('--^-!')
    })
  })

  it('has a silent span for what never is subscribed to', () => {
    marbles(({ cold, expectMarbles, expectSubscriptions }) => {
      const never$ = cold('a')
      expectMarbles(never$, '---').toBe('----')
      expectSubscriptions(never$).toBe()
      expectSubscriptions(never$).toBe('--')
    })
  })

  it('expects any error, or this one', () => {
    marbles(({ cold, expectMarbles }) => {
      expectMarbles(cold('--#')).toBe('--#')
      expectMarbles(cold('--#', {}, new TypeError('so'))).toBe('--#', {}, new TypeError('so'))
    })
    const message = messageOf(({ cold, expectMarbles }) => {
      expectMarbles(cold('--#', {}, new TypeError('so'))).toBe('--#', {}, new TypeError('not so'))
    })
    expect(message).toMatch(
      /^stream: at 2 s: expected an error, got an error: expected TypeError: not so, got TypeError: so\n/,
    )
  })
})

describe('a test in marbles that fails', () => {
  it('shows both lines under a ruler, and says what differs first', () => {
    const device = (instance: number) => ({ instance, address: Uint8Array.of(10, 0, 1, instance) })
    const values = { a: device(1), b: device(2) }
    const message = messageOf(({ cold, expectMarbles }) =>
      expectMarbles(cold('--a--b---(ab)-c', { ...values, c: device(3) })).toBe('--a-b----(ab|)', values),
    )
    expect(`\n${message}\n`).toMatchInlineSnapshot(`
      "
      stream: at 4 s: expected b, got nothing

        seconds   0 2 4 6 8     10
        expected  --a-b----(ab|)--
        got       --a--b---(ab) -①

        a  { instance: 1, address: 0a000101 }
        b  { instance: 2, address: 0a000102 }
        ①  { instance: 3, address: 0a000103 }

        then at 5 s: expected nothing, got b
        then at 9 s: expected a, b and the end, got a and b
        then at 11 s: expected nothing, got ①
      "
    `)
  })

  it('says in which field values differ', () => {
    const message = messageOf(({ expectMarbles }) =>
      expectMarbles(of({ device: { name: 'one', octets: [Uint8Array.of(1, 2)] } })).toBe('(d|)', {
        d: { device: { name: 'one', octets: [Uint8Array.of(1, 3)] } },
      }),
    )
    expect(message).toContain(
      'at 0 s: expected d and the end, got ① and the end: in device.octets[0], octet 1: expected 03, got 02',
    )
    expect(message).toContain("d  { device: { name: 'one', octets: [0103] } }")
  })

  it.each([
    ['early', 'a', '-a', 'at 0 s: expected nothing, got a'],
    ['late', '--a', '-a', 'at 1 s: expected a, got nothing'],
    ['missing', 'a-', 'aa', 'at 1 s: expected a, got nothing'],
    ['extra', 'aa', 'a-', 'at 1 s: expected nothing, got a'],
    ['long after', 'a-----a', 'a-', 'at 6 s: expected nothing, got a'],
    ['in the wrong order', '(ab)', '(ba)', 'at 0 s: expected b and a, got a and b'],
    ['complete', 'a|', 'a-', 'at 1 s: expected nothing, got the end'],
    ['endless', 'a-', 'a|', 'at 1 s: expected the end, got nothing'],
    ['failing', 'a#', 'a|', 'at 1 s: expected the end, got an error'],
    ['unknown', 'ac', 'ab', 'at 1 s: expected b, got c'],
  ])('tells what is %s', (_, does, expected, sentence) => {
    const message = messageOf(({ cold, expectMarbles }) => expectMarbles(cold(does)).toBe(expected))
    expect(message.split('\n')[0]).toBe(`stream: ${sentence}`)
  })

  it('tells a millisecond from none', () => {
    const message = messageOf(({ expectMarbles }) => expectMarbles(timer(2001)).toBe('--(a|)', { a: 0 }))
    expect(message).toContain('then at 2 s 1 ms (between two columns): expected nothing, got a and the end')
  })

  it('draws the part of a long line where it differs', () => {
    const silence = '-'.repeat(300)
    const message = messageOf(({ cold, expectMarbles }) => expectMarbles(cold(`${silence}a`)).toBe(`${silence}-a`), {
      column: '30 s',
    })
    expect(message.split('\n').every(line => line.length < 130)).toBe(true)
    expect(message).toMatch(/seconds.* 8850 9000\n/)
    expect(message).toMatch(/got +…-+a-\n/)
  })

  it('tells all that is not as expected, and where the test says so', () => {
    const error = failure(({ cold, expectMarbles, expectSubscriptions }) => {
      const a$ = cold('a')
      expectMarbles(a$).toBe('a')
      expectMarbles(a$, '-^').toBe('b')
      expectSubscriptions(a$).toBe('^')
    })
    expect(error.name).toBe('AssertionError')
    expect(error.message).toMatch(/^stream 2: at 0 s: expected b, got nothing\n/)
    expect(error.message).toMatch(/^cold subscription 2: at 1 s: expected nothing, got a subscription$/m)
    const [frame] = error.stack?.split('\n').filter(line => /^\s+at /.test(line)) ?? []
    expect(frame).toContain('marbles.test.ts')
  })
})

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
  })
})
