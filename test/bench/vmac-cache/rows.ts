import type { Child } from '../child.js'
import type { BenchOptions } from '../options.js'
import { withProcesses } from '../processes.js'
import { spread, type Result } from '../result.js'
import type { ContestName } from './contests.js'
import type { Costs, WorkerCalls } from './worker.js'

/** A row of the VMAC cache, measured in a process of its own. */
export interface CacheRow {
  readonly load: string
  readonly measure: (options: BenchOptions) => Promise<Result>
}

const LEAST_ROUNDS = 5
const LIMIT_MS = 120_000

const result = (load: string, unit: string, costs: Costs, note: string): Result => ({
  load,
  unit,
  ours: spread(costs.ours),
  baseline: spread(costs.baseline),
  ratio: spread(costs.ours.map((each, round) => each / (costs.baseline[round] as number))),
  target: '',
  met: undefined,
  note,
})

const asked = (options: BenchOptions, ask: (worker: Child<WorkerCalls>) => Promise<Costs>): Promise<Costs> =>
  withProcesses(processes => {
    const profile = options.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${options.profile}`]
    return ask(processes.start<WorkerCalls>('./vmac-cache/worker.js', ['--expose-gc', ...profile]))
  })

const row = (what: string, name: ContestName, against: string): CacheRow => {
  const load = `VMAC cache of 4096: ${what}`
  const measure = async (options: BenchOptions): Promise<Result> => {
    const rounds = Math.max(LEAST_ROUNDS, options.rounds)
    const costs = await asked(options, worker => worker.ask('contest', { name, rounds }, LIMIT_MS))
    const millions = (1000 / spread(costs.ours).median).toFixed(1)
    return result(load, 'ns', costs, `${millions} M/s; the baseline is ${against}`)
  }
  return { load, measure }
}

const MEMORY = 'VMAC cache of 4096: memory of a pair'

const memory: CacheRow = {
  load: MEMORY,
  measure: async options => {
    const costs = await asked(options, async worker => {
      const { ours, baseline } = await worker.ask('memory', undefined, LIMIT_MS)
      return { ours: [ours], baseline: [baseline] }
    })
    return result(MEMORY, 'octets', costs, 'heap after gc, with the texts; the baseline is a Map from VMAC to address')
  },
}

/** What the cache costs when it is full, in CPU time of one operation. */
export const cacheRows: readonly CacheRow[] = [
  row('a pair is seen again', 'seenAgain', 'get of a Map, which would be set if it were another'),
  row('a look', 'looks', 'get of a Map'),
  row('a station moves', 'moved', 'set of a Map'),
  row('a stranger, the oldest goes', 'churn', 'delete and set of a Map that is told which one is the oldest'),
  row('a pair expires', 'ageing', 'delete of a Map'),
  row('a frame heard, without sockets', 'frames', 'a frame of the only station that is known'),
  memory,
]
