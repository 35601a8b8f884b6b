import { drawPlan } from './plan/draw-plan.js'
import { failureOf, report } from './report.js'
import { readOptions, USAGE, type SimulateOptions } from './options.js'
import { run } from './run.js'
import { storyOf } from './story.js'

/*
 * npm run simulate [-- --seeds N]: whole networks in virtual time, broken in every way, and what must hold all the same.
 */

const print = (line: string): unknown => process.stdout.write(`${line}\n`)

/** How often it is told how far it is. */
const PROGRESS_MS = 10_000

const simulate = ({ seed: first, seeds, nodes, hours, npdu }: SimulateOptions): void => {
  const all = report()
  const flags = [nodes === undefined ? '' : ` --nodes ${nodes}`, hours === undefined ? '' : ` --hours ${hours}`].join(
    '',
  )
  let told = performance.now()
  for (let seed = first; seed < first + seeds; seed++) {
    const began = performance.now()
    const story = npdu === undefined ? undefined : storyOf(npdu)
    const result = run(drawPlan(seed, { nodes, hours }), story === undefined ? {} : { look: story.see })
    const ended = performance.now()
    all.add(result, ended - began)
    for (const line of story?.lines() ?? []) print(line)
    if (result.violations.length > 0) {
      process.exitCode = 1
      for (const line of failureOf(result, `npm run simulate -- --seed ${seed}${flags}`)) print(line)
    }
    if (ended - told > PROGRESS_MS) {
      print(`${seed - first + 1} of ${seeds} seeds`)
      told = ended
    }
  }
  for (const line of all.lines()) print(line)
}

try {
  const options = readOptions(process.argv.slice(2))
  if (options === undefined) print(USAGE)
  else simulate(options)
} catch (error) {
  print(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`)
  process.exitCode = 2
}
