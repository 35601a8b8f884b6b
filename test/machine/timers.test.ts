import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { drawDelay, setTimer } from '../../src/machine/timers.js'
import { ms } from '../../src/values/duration.js'
import { chance } from './chance.js'

const drawn = (delayMs: number, fraction: number, jitter?: { ratio: number; least: number; most: number }): number =>
  drawDelay(
    setTimer('egg', ms(delayMs), jitter && { ratio: jitter.ratio, least: ms(jitter.least), most: ms(jitter.most) }),
    chance(fraction),
  )

describe('the delay of a timer', () => {
  it('is what was said where there is no jitter', () => {
    fc.assert(
      fc.property(fc.nat(), fc.double({ min: 0, max: 1, noNaN: true }), (delayMs, fraction) => {
        expect(drawn(delayMs, fraction)).toBe(delayMs)
      }),
    )
  })

  it.each([
    [0, 500],
    [0.25, 750],
    [0.5, 1000],
    [0.75, 1250],
  ])('with a jitter of a half and chance at %d, 1000 ms become %d ms', (fraction, expected) => {
    expect(drawn(1000, fraction, { ratio: 0.5, least: 0, most: 10_000 })).toBe(expected)
  })

  it('never leaves its bounds', () => {
    expect(drawn(1000, 0, { ratio: 1, least: 900, most: 1100 })).toBe(900)
    expect(drawn(1000, 0.999, { ratio: 1, least: 900, most: 1100 })).toBe(1100)
  })

  it('is spread evenly between its bounds', () => {
    const waits = [0, 0.25, 0.5, 0.75].map(fraction => drawn(1000, fraction, { ratio: 0.5, least: 1000, most: 10_000 }))
    expect(waits).toEqual([1000, 1125, 1250, 1375])
  })
})
