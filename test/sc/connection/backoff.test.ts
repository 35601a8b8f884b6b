import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { drawDelay } from '../../../src/machine/timers.js'
import { backoff } from '../../../src/sc/connection/backoff.js'
import { reconnectTimings, type ReconnectTimings } from '../../../src/sc/connection/timings.js'
import { ms, seconds } from '../../../src/values/duration.js'
import { chance } from '../../machine/chance.js'

const waitMs = (failures: number, fraction: number, timings: ReconnectTimings): number =>
  drawDelay(backoff('delay', failures, timings), chance(fraction))

const anyTimings = (): fc.Arbitrary<ReconnectTimings> =>
  fc
    .tuple(
      fc.integer({ min: 1, max: 300_000 }),
      fc.integer({ min: 1, max: 600_000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
    )
    .map(([minReconnect, maxReconnect, jitter]) =>
      reconnectTimings({ minReconnect: ms(minReconnect), maxReconnect: ms(maxReconnect), jitter }),
    )

/** What `Random.fraction` may give: at least 0, less than 1. */
const anyFraction = (): fc.Arbitrary<number> => fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
const anyFailures = (): fc.Arbitrary<number> => fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1 }))

describe('the backoff (4.3)', () => {
  it('starts at the minimum, doubles with each failure and stays at the maximum', () => {
    const waits = [1, 2, 3, 4, 5, 6, 7, 8, 1000].map(
      failures => waitMs(failures, 0.5, reconnectTimings({ jitter: 0 })) / 1000,
    )
    expect(waits).toEqual([10, 20, 40, 80, 160, 320, 600, 600, 600])
  })

  it('moves by chance up to half either way, inside the bounds', () => {
    const drawn = (failures: number) =>
      [0, 0.25, 0.75, 0.999].map(fraction => waitMs(failures, fraction, reconnectTimings()) / 1000)
    expect(drawn(1)).toEqual([10, 11.25, 13.75, 14.995])
    expect(drawn(3)).toEqual([20, 30, 50, 59.96])
    expect(drawn(9)).toEqual([300, 375, 525, 599.7])
  })

  it('stays inside the bounds, whatever they are and whatever chance gives', () => {
    fc.assert(
      fc.property(anyTimings(), anyFailures(), anyFraction(), (timings, failures, fraction) => {
        const wait = waitMs(failures, fraction, timings)
        expect(wait).toBeGreaterThanOrEqual(timings.minReconnect)
        expect(wait).toBeLessThanOrEqual(timings.maxReconnect)
        expect(Number.isInteger(wait)).toBe(true)
      }),
    )
  })

  it('never waits less after one more failure', () => {
    fc.assert(
      fc.property(anyTimings(), anyFailures(), anyFraction(), (timings, failures, fraction) => {
        expect(waitMs(failures + 1, fraction, timings)).toBeGreaterThanOrEqual(waitMs(failures, fraction, timings))
      }),
    )
  })

  it('takes a maximum below the minimum for the minimum', () => {
    const timings = reconnectTimings({ minReconnect: seconds(30), maxReconnect: seconds(5) })
    expect([1, 2, 9].map(failures => waitMs(failures, 0.9, timings))).toEqual([30_000, 30_000, 30_000])
  })
})
