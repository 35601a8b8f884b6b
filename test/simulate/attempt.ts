import { config } from 'rxjs'
import type { Plan } from './plan/plan.js'
import { run, type RunOptions, type RunResult, type Violation } from './run.js'

/** What came of trying to run a plan. */
export interface Attempt {
  readonly plan: Plan
  /** Nothing where it came to no end. */
  readonly result: RunResult | undefined
  readonly violations: readonly Violation[]
}

/**
 * Runs a plan, and takes what is thrown in it for what it is: a defect found. RxJS tells of some of it only when the run is
 * over, when nobody could say any more in which run it was.
 */
export const attempt = async (plan: Plan, options?: RunOptions): Promise<Attempt> => {
  const thrown: unknown[] = []
  const before = config.onUnhandledError
  config.onUnhandledError = error => thrown.push(error)
  const result = tried(() => run(plan, options), thrown)
  await new Promise(resolve => setTimeout(resolve))
  config.onUnhandledError = before
  return { plan, result, violations: [...(result?.violations ?? []), ...nothingThrown(thrown)] }
}

const tried = <Result>(work: () => Result, thrown: unknown[]): Result | undefined => {
  try {
    return work()
  } catch (error) {
    thrown.push(error)
    return undefined
  }
}

/** So much of what was thrown is told. */
const MAX_TOLD = 5

const nothingThrown = (thrown: readonly unknown[]): readonly Violation[] => {
  if (thrown.length === 0) return []
  const told = thrown
    .slice(0, MAX_TOLD)
    .map(error => (error instanceof Error ? (error.stack ?? error.message) : String(error)))
  const rest = thrown.length - told.length
  return [
    {
      invariant: 'nothing thrown',
      states: 'Nothing throws, whatever goes wrong, and time goes on.',
      complaints: rest === 0 ? told : [...told, `and ${rest} more`],
    },
  ]
}
