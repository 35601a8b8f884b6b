import { describe, expect, it } from 'vitest'
import { smallPlan } from './plan/small-plan.js'
import { report } from './report.js'
import { tally, type Tally } from './tally.js'

const nothing: Tally = tally().read()
const linesOf = (tally: Partial<Tally>, missing: Readonly<Record<string, number>> = {}): readonly string[] => {
  const all = report()
  const plan = smallPlan()
  const result = { plan, simulatedMs: 3_600_000, events: 1, tally: { ...nothing, ...tally }, missing, violations: [] }
  all.add({ plan, result, violations: [] }, 1000)
  return all.lines()
}

describe('the report of a simulation', () => {
  it('counts one run as one', () => {
    expect(linesOf({})[0]).toMatch(/^1 run, 1\.0 simulated hours/)
  })

  it('tells NPDUs that were dropped from those that wires lost, and from what are none', () => {
    const { see, read } = tally()
    const noted = (reason: string): void => see({ _tag: 'Noted', at: 0, host: 'a', reason, count: 2 })
    noted('Address-Resolution: direct connections are not accepted')
    noted('a connection: no free connection')
    noted('unknown destination')
    noted('Distribute-Broadcast-To-Network: not registered')
    const wire = { medium: 'ip', from: 'a', to: 'b', sentAt: undefined, connection: undefined } as const
    see({ _tag: 'Lost', at: 0, id: 1, reason: 'blocked', ...wire })
    expect(linesOf(read()).slice(3)).toEqual([
      'NPDUs that hosts said they dropped:',
      '  2 unknown destination',
      '  2 Distribute-Broadcast-To-Network: not registered',
      'NPDUs lost on a wire:',
      '  1 blocked',
      'refused or discarded, and no NPDUs:',
      '  2 Address-Resolution: direct connections are not accepted',
      '  2 a connection: no free connection',
      'every invariant held',
    ])
  })

  it('says in words why NPDUs did not arrive', () => {
    expect(linesOf({ due: 9 }, { 'died with it': 2, 'nobody says why': 1 }).slice(2, 6)).toEqual([
      'NPDUs: 0 sent, for 9 receivers: 6 delivered, 3 not; 0 times over a wire',
      'not delivered, and why:',
      '  2 waited at a host that went down',
      '  1 nobody says why',
    ])
  })
})
