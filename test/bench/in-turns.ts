import type { BenchOptions } from './options.js'
import { withProcesses, type Processes } from './processes.js'
import { spread, type Spread } from './result.js'

/** What is measured, ready for its load. */
export interface Contender {
  /** CPU time that its process has used, in microseconds. */
  readonly cpu: () => Promise<number>
  /** Puts that many messages through it, or a few more; gives their number. */
  readonly run: (count: number) => Promise<number>
}

/** CPU time for one message, and ours to the baseline. */
export interface Compared {
  readonly unit: 'us/msg'
  readonly ours: Spread
  readonly baseline: Spread
  readonly ratio: Spread
}

/** Starts both in processes of their own; ours with these options of Node. */
export type Start = (
  processes: Processes,
  profile: readonly string[],
) => Promise<readonly [ours: Contender, baseline: Contender]>

/** Takes one window; gives the CPU time for one message, in microseconds. */
type Measure = () => Promise<number>

const WARM_UP_COUNT = 60_000
const SIZING_COUNT = 20_000

/** Measures in turns: A B A B …, both running all the time, the one whose turn it is not without anything to do. */
export const inTurns = async (options: BenchOptions, start: Start): Promise<Compared> => {
  const ours: number[] = []
  const baseline: number[] = []
  const profile = options.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${options.profile}`]
  for (let sitting = 0; sitting < options.sittings; sitting++) {
    const rounds = Math.ceil((options.rounds - ours.length) / (options.sittings - sitting))
    await withProcesses(async processes => {
      const [a, b] = await start(processes, profile)
      const measureOurs = await warmedUp(a, options)
      const measureBaseline = await warmedUp(b, options)
      for (let round = 0; round < rounds; round++) {
        ours.push(await measureOurs())
        baseline.push(await measureBaseline())
      }
    })
  }
  const ratio = spread(ours.map((cost, round) => cost / (baseline[round] as number)))
  return { unit: 'us/msg', ours: spread(ours), baseline: spread(baseline), ratio }
}

/** Lets it run until its code is compiled; then windows have as many messages as it takes in the wanted time. */
const warmedUp = async ({ cpu, run }: Contender, { windowMs }: BenchOptions): Promise<Measure> => {
  await run(WARM_UP_COUNT)
  const began = performance.now()
  const messages = await run(SIZING_COUNT)
  const count = Math.ceil((messages * windowMs) / (performance.now() - began))
  return async () => {
    const before = await cpu()
    const taken = await run(count)
    return ((await cpu()) - before) / taken
  }
}
