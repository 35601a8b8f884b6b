import { describe, expect, it } from 'vitest'
import { NO_ROOM } from '../../src/network/node/search.js'
import { drawPlan } from './plan/draw-plan.js'
import type { Plan, PlanOptions } from './plan/plan.js'
import { membersOf } from './world/member.js'
import { run } from './run.js'

const SMALL: PlanOptions = { nodes: 8, hours: 0.2 }

const drawn = (options: PlanOptions): readonly Plan[] =>
  Array.from({ length: 300 }, (_, seed) => drawPlan(seed + 1, options))

describe('bursts', () => {
  it('are in one run of three or so, while things go wrong, and said by somebody', () => {
    const withBursts = drawn(SMALL).filter(({ bursts }) => bursts.length > 0)
    expect(withBursts.length).toBeGreaterThan(70)
    expect(withBursts.length).toBeLessThan(130)
    for (const plan of withBursts) {
      const hosts = membersOf(plan).map(({ host }) => host)
      for (const { at, by, whom, count } of plan.bursts) {
        expect(hosts).toEqual(expect.arrayContaining([by, whom]))
        expect(at).toBeLessThanOrEqual(plan.stormy)
        expect(count).toBeLessThanOrEqual(200)
      }
    }
  })

  it('change nothing else that is drawn, but that they bring slow receivers', () => {
    expect(drawn({ ...SMALL, isPlain: true }).flatMap(({ bursts }) => bursts)).toEqual([])
    const { script, bursts } = drawPlan(49, SMALL)
    expect(bursts.length).toBeGreaterThan(0)
    expect(script.filter(({ fault }) => fault._tag === 'Impair' && fault.to !== '*')).toEqual([])
  })

  it('are said all in one turn, with numbers of their own', () => {
    const plan = drawPlan(49, SMALL)
    const idsAt = (bursts: Plan['bursts']): readonly (readonly [id: number, at: number])[] => {
      const ids: [number, number][] = []
      run({ ...plan, bursts }, { look: fact => fact._tag === 'Submitted' && ids.push([fact.id, fact.at]) })
      return ids
    }
    const all = idsAt(plan.bursts)
    const said = all.filter(([id]) => id >= 1_000_000)
    expect(said.length).toBeGreaterThan(200)
    expect(new Set(said.map(([, at]) => at))).toEqual(new Set(plan.bursts.map(({ at }) => at)))
    expect(all.filter(([id]) => id < 1_000_000)).toEqual(idsAt([]))
  })

  it('fill every queue of some runs, in which all is accounted for', () => {
    const runs = [38, 44, 49, 97].map(seed => run(drawPlan(seed, SMALL)))
    expect(runs.flatMap(({ violations }) => violations)).toEqual([])
    const timesOf = (reason: string): number =>
      runs.reduce((sum, { tally: { dropped } }) => sum + (dropped[reason] ?? 0), 0)
    for (const reason of ['receiver queue full', 'too many wait for its VMAC', NO_ROOM, 'too many broadcasts']) {
      expect([reason, timesOf(reason) > 0]).toEqual([reason, true])
    }
  })
})
