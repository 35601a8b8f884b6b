import { describe, expect, it } from 'vitest'
import { drawPlan } from './plan/draw-plan.js'
import { againOf, failureOf } from './report.js'
import { run } from './run.js'

/*
 * `npm run simulate` in small: a few seeds, and those that have once found something.
 */

/** Seeds that found a defect, which has been mended since, and what it was. */
const FOUND: readonly (readonly [seed: number, what: string, nodes?: number, hours?: number])[] = [
  [1, 'a hub took a node for dead that hears enough, and therefore asks for no heartbeat', 8, 0.2],
  [19, 'a node that went back to its primary hub said nothing of what it lost with the failover', 8, 0.2],
  [325, 'a node took what it had sent for read when its hub closed without a Disconnect-Request'],
]

const failures = (seed: number, nodes?: number, hours?: number): string => {
  const result = run(drawPlan(seed, { nodes, hours }))
  return result.violations.length === 0 ? '' : failureOf(result, againOf(seed, { nodes, hours })).join('\n')
}

describe('networks that are broken in every way', () => {
  it.each([...Array(8).keys()].map(index => index + 2))('keep what is promised: seed %i', seed => {
    expect(failures(seed, 8, 0.2)).toBe('')
  })

  it('keep it with a hundred stations', () => {
    expect(failures(2, 100, 0.05)).toBe('')
  })

  it.each(FOUND)('keep it with seed %i, where %s', (seed, _, nodes, hours) => {
    expect(failures(seed, nodes, hours)).toBe('')
  })

  it('do the same in each run of a seed', () => {
    const once = (): unknown => {
      const { events, tally, simulatedMs } = run(drawPlan(5, { nodes: 10, hours: 0.2 }))
      return { events, tally, simulatedMs }
    }
    expect(once()).toEqual(once())
  })
})
