import { delay, map } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { marbles } from '../../../src/testing/index.js'

const LINE = 'ab-c'.repeat(10_000)

describe('a line of tens of thousands of symbols', () => {
  it('is played and compared', () => {
    marbles(({ hot, expectMarbles }) => expectMarbles(hot(LINE).pipe(map(symbol => symbol))).toBe(LINE))
  })

  it('is reported when it is another', () => {
    expect(() => {
      marbles(({ hot, expectMarbles }) => expectMarbles(hot(LINE).pipe(delay(1000))).toBe(LINE))
    }).toThrow('at 0 s: expected a, got nothing')
  })
})
