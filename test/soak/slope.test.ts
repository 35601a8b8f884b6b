import { describe, expect, it } from 'vitest'
import { dice } from '../fuzz/dice.js'
import { judged, slope, type Sample } from './slope.js'

/** Samples every five seconds, with noise of 40 KiB and 10 KiB for each of some connections. */
const samples = (kibPerMinute: number, count: number, lives = 1): readonly Sample[] => {
  const { fraction, below } = dice(7)
  return Array.from({ length: count }, (_, index) => {
    const life = Math.floor((index * lives) / count)
    const load = below(200)
    const minutes = index / 12
    const noise = 80 * (fraction() - 0.5)
    return { life: `#${life}`, minutes, load, kib: 20_000 + life * 3_000 + kibPerMinute * minutes + load * 10 + noise }
  })
}

describe('the slope of memory', () => {
  it('is found among noise, load, and lives with levels of their own', () => {
    const found = slope(samples(100, 60, 3))
    expect(found?.kibPerMinute).toBeGreaterThan(80)
    expect(found?.kibPerMinute).toBeLessThan(120)
    expect(found?.margin).toBeLessThan(25)
  })

  it('is judged: what grows, what is flat, and what nobody can tell', () => {
    expect(judged(slope(samples(100, 60)), 64)).toBe('grows')
    expect(judged(slope(samples(10, 60)), 64)).toBe('flat')
    expect(judged(slope(samples(-300, 60)), 64)).toBe('flat')
    expect(judged(slope(samples(0, 6)), 1)).toBe('not known')
    expect(judged(slope(samples(100, 3)), 64)).toBe('not known')
  })
})
