import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { durationMs, durationOf, durationText } from '../../../src/testing/time/duration-text.js'
import { ms, type Duration } from '../../../src/values/duration.js'

describe('a duration in words', () => {
  it.each([
    ['300 s', 300_000],
    ['0.5s', 500],
    ['10m', 600_000],
    ['10 min', 600_000],
    ['2h', 7_200_000],
    ['5ms', 5],
    ['1.001 s', 1001],
  ])('%s is %i ms', (text, expected) => {
    expect(durationMs(text)).toBe(expected)
  })

  it.each(['', '10', 's', '-1 s', '1 d', '1e3 s', '10 s 5 ms'])('"%s" is none', text => {
    expect(() => durationMs(text)).toThrow('is not a duration')
  })

  it('has no parts of a millisecond', () => {
    expect(() => durationMs('0.0005 s')).toThrow('is not a whole number of milliseconds')
  })

  it('is also a Duration, and never another than was said', () => {
    expect([durationOf('90s'), durationOf(ms(5)), durationOf('0s'), durationOf('596h')]).toEqual([
      90_000, 5, 0, 2_145_600_000,
    ])
    for (const said of ['700h', NaN as Duration, -1 as Duration, 0.5 as Duration, Infinity as Duration]) {
      expect(() => durationOf(said)).toThrow(`${said} is not a duration: whole milliseconds from 0 to 2147483647`)
    }
  })

  it('is written so that it can be read again', () => {
    fc.assert(fc.property(fc.nat(2 ** 31 - 1), count => durationMs(durationText(ms(count))) === count))
    expect([0, 1500, 2000, 90_000, 120_000, 7_200_000].map(count => durationText(ms(count)))).toEqual([
      '0s',
      '1.5s',
      '2s',
      '90s',
      '2min',
      '2h',
    ])
  })
})
