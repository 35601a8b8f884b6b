import { describe, expect, it } from 'vitest'
import { DEFECTS } from './defects/index.js'
import { invariants } from './invariants/index.js'
import { smallPlan } from './plan/small-plan.js'
import { run } from './run.js'

describe('the invariants', () => {
  it('hold for a plan with something of everything', () => {
    expect(run(smallPlan()).violations).toEqual([])
  })

  it.each(DEFECTS)('find $what', ({ spoil, script, bursts, breaks }) => {
    const { violations } = run(smallPlan(script, bursts), { spoil })
    expect(violations.map(({ invariant }) => invariant)).toEqual(breaks)
  })

  it('each find a defect here', () => {
    expect(new Set(DEFECTS.flatMap(({ breaks }) => breaks))).toEqual(new Set(invariants.map(({ name }) => name)))
  })
})
