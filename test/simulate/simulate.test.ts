import { describe, expect, it } from 'vitest'
import { drawPlan } from './plan/draw-plan.js'
import type { PlanOptions } from './plan/plan.js'
import { againOf, failureOf } from './report.js'
import { run } from './run.js'

/*
 * `npm run simulate` in small: a few seeds, and those that have once found something.
 */

/** A run of a few seconds. */
const SMALL: PlanOptions = { nodes: 8, hours: 0.2 }

/** A seed that was noted before more was drawn. */
const PLAIN: PlanOptions = { isPlain: true }

/**
 * Each shows a defect that the simulation found, and that has been mended since: it fails again where that is undone. For
 * seed 1 that is twofold, as either is enough: a hub asks who is silent, and a node gives a sign of life.
 */
const FOUND: readonly ({ readonly seed: number; readonly where: string } & PlanOptions)[] = [
  { seed: 1, where: 'a hub took a node for dead that hears enough, and asks for no heartbeat', ...SMALL, ...PLAIN },
  { seed: 105, where: 'a node said nothing of what it lost with the failover that it left', ...SMALL, ...PLAIN },
  {
    seed: 146,
    where: 'a node took for read what it had sent when its hub closed without a Disconnect-Request',
    ...SMALL,
  },
  { seed: 19, where: 'a node took for read what had crossed with the last word of its hub', ...SMALL },
  { seed: 279, where: 'a node that had been at its other hub sent to a router under a VMAC that this had no more' },
]

const failures = (seed: number, options: PlanOptions): string => {
  const result = run(drawPlan(seed, options))
  return result.violations.length === 0 ? '' : failureOf(result, againOf(seed, options)).join('\n')
}

describe('networks that are broken in every way', () => {
  it.each([...Array(8).keys()].map(index => index + 2))('keep what is promised: seed %i', seed => {
    expect(failures(seed, { nodes: 8, hours: 0.2 })).toBe('')
  })

  it('keep it with a hundred stations', () => {
    expect(failures(2, { nodes: 100, hours: 0.05 })).toBe('')
  })

  it('keep it for weeks', () => {
    const plan = drawPlan(773)
    expect(plan.stormy).toBeGreaterThan(7 * 24 * 3_600_000)
    expect(failures(773, {})).toBe('')
  })

  it.each(FOUND)('keep it with seed $seed, where $where', ({ seed, ...options }) => {
    expect(failures(seed, options)).toBe('')
  })

  it('do the same in each run of a seed', () => {
    const once = (): unknown => {
      const { events, tally, simulatedMs } = run(drawPlan(5, { nodes: 10, hours: 0.2 }))
      return { events, tally, simulatedMs }
    }
    expect(once()).toEqual(once())
  })
})
