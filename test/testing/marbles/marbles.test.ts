import { concat, interval, map, NEVER, of, timeout, timer } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { marbles } from '../../../src/testing/index.js'
import { failure, messageOf } from '../../support/marble-failure.js'

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
