import { answerParent } from '../child.js'
import { contests, type Batch, type ContestName } from './contests.js'
import { memoryOfEntries } from './memory.js'

/** Nanoseconds of CPU time for one operation, round by round. */
export interface Costs {
  readonly ours: readonly number[]
  readonly baseline: readonly number[]
}

const WARM_UP_ROUNDS = 3

const cost = (batch: Batch): number => {
  const run = batch()
  const began = process.cpuUsage()
  const done = run()
  const { user, system } = process.cpuUsage(began)
  if (done === 0) throw new Error('nothing was done')
  return ((user + system) * 1000) / done
}

const calls = {
  /** Measures in turns: A B A B … */
  contest: ({ name, rounds }: { name: ContestName; rounds: number }): Costs => {
    const { ours, baseline } = contests[name]()
    const costs = { ours: [] as number[], baseline: [] as number[] }
    for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
      const [a, b] = [cost(ours), cost(baseline)]
      if (round < 0) continue
      costs.ours.push(a)
      costs.baseline.push(b)
    }
    return costs
  },
  memory: memoryOfEntries,
}

/** What the process can be asked. */
export type WorkerCalls = typeof calls

answerParent<WorkerCalls>(calls)
