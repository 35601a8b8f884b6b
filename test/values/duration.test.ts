import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { DurationFromText, ms, parseSeconds, printDuration, seconds } from '../../src/values/duration.js'
import { failureOf } from './io-ts-failure.js'

const LONGEST_MS = 2_147_483_647

describe('a duration', () => {
  it('is counted in milliseconds or seconds', () => {
    expect([ms(1500), seconds(1.5)]).toEqual([1500, 1500])
  })

  it('is of whole milliseconds, as a rest smaller than the clock can show would never pass in virtual time', () => {
    expect([ms(60_000 - 59_999.999_999), ms(0.5), seconds(1.1), seconds(29.999)]).toEqual([0, 1, 1100, 29_999])
  })

  it('is kept within what a timer can hold', () => {
    expect([ms(-1), ms(LONGEST_MS), ms(LONGEST_MS + 1), seconds(Infinity)]).toEqual([
      0,
      LONGEST_MS,
      LONGEST_MS,
      LONGEST_MS,
    ])
  })

  it.each([
    ['10', 10_000],
    ['0.5', 500],
    [' 2 ', 2000],
    ['0.001', 1],
    ['2147483.647', LONGEST_MS],
  ])('is read from %j', (text, milliseconds) => {
    expect(parseSeconds(text)).toEqual(E.right(milliseconds))
  })

  it.each([
    ['', "'' is not a number of seconds"],
    ['10s', "'10s' is not a number of seconds"],
    ['-1', "'-1' is not a number of seconds"],
    ['1e3', "'1e3' is not a number of seconds"],
    ['.5', "'.5' is not a number of seconds"],
    ['Infinity', "'Infinity' is not a number of seconds"],
    ['0', "'0' is shorter than a millisecond"],
    ['0.0001', "'0.0001' is shorter than a millisecond"],
    ['2147483.648', "'2147483.648' is longer than 2147483.647 seconds"],
    ['9'.repeat(400), `'${'9'.repeat(400)}' is longer than 2147483.647 seconds`],
  ])('is not read from %j', (text, sentence) => {
    expect(parseSeconds(text)).toEqual(E.left(sentence))
  })

  it('is printed in seconds', () => {
    expect([printDuration(ms(500)), printDuration(seconds(300))]).toEqual(['0.5 s', '300 s'])
  })

  it('is read again as it was written, to the millisecond', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: LONGEST_MS }), milliseconds => {
        expect(DurationFromText.decode(DurationFromText.encode(ms(milliseconds)))).toEqual(E.right(milliseconds))
      }),
    )
  })

  it('has an io-ts codec', () => {
    expect(DurationFromText.decode('0.25')).toEqual(E.right(250))
    expect(DurationFromText.encode(ms(250))).toBe('0.25')
    expect(failureOf(DurationFromText, 'soon')).toBe("'soon' is not a number of seconds")
    expect(failureOf(DurationFromText, 10)).toBe('duration must be text')
    expect(DurationFromText.is(ms(250))).toBe(true)
    expect(DurationFromText.is('0.25')).toBe(false)
  })
})
