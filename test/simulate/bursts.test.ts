import { describe, expect, it } from 'vitest'
import { DEFECTS_OF_QUEUES } from './defects/of-queues.js'
import { drawPlan } from './plan/draw-plan.js'
import { smallPlan } from './plan/small-plan.js'
import { run, type RunResult } from './run.js'
const show = (r: RunResult) =>
  JSON.stringify([r.tally.dropped, r.missing, r.violations.map(v => [v.invariant, ...v.complaints])])
describe('x', () => {
  it.each(DEFECTS_OF_QUEUES)('$what', ({ script, bursts, spoil }) => {
    console.log(show(run(smallPlan(script, bursts))))
    console.log(show(run(smallPlan(script, bursts), { spoil })))
  })
})
