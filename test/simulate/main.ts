import { setFlagsFromString } from 'node:v8'
import { attempt } from './attempt.js'
import { drawPlan } from './plan/draw-plan.js'
import { againOf, failureOf, report } from './report.js'
import { readOptions, USAGE, type SimulateOptions } from './options.js'
import { storyOf } from './story.js'

/*
 * npm run simulate [-- --seeds N]: whole networks in virtual time, broken in every way, and what must hold all the same.
 */

/*
 * A run is over before all that it calls has been compiled for speed: hundreds of functions, each with all that it calls in
 * it. With less of that in each, compiling takes less of a run, and what comes of it is as fast.
 */
setFlagsFromString('--max-inlined-bytecode-size-cumulative=300')

const print = (line: string): unknown => process.stdout.write(`${line}\n`)

// Who has read enough, as `head` has, ends what writes: by what a shell tells of that, unless something was found by then.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(process.exitCode ?? 141)
})

/** How often it is told how far it is. */
const PROGRESS_MS = 10_000

const simulate = async ({ seed: first, seeds, nodes, hours, isPlain, npdu }: SimulateOptions): Promise<void> => {
  const all = report()
  let told = performance.now()
  for (let seed = first; seed < first + seeds; seed++) {
    const began = process.cpuUsage()
    const story = npdu === undefined ? undefined : storyOf(npdu)
    const plan = drawPlan(seed, { nodes, hours, isPlain })
    const tried = await attempt(plan, story === undefined ? {} : { look: story.see })
    const { user, system } = process.cpuUsage(began)
    all.add(tried, (user + system) / 1000)
    for (const line of story?.lines() ?? []) print(line)
    if (tried.violations.length > 0) {
      process.exitCode = 1
      for (const line of failureOf(tried, againOf(seed, { nodes, hours, isPlain }))) print(line)
    }
    if (performance.now() - told > PROGRESS_MS) {
      print(`${seed - first + 1} of ${seeds} seeds`)
      told = performance.now()
    }
  }
  for (const line of all.lines()) print(line)
}

try {
  const options = readOptions(process.argv.slice(2))
  if (options === undefined) print(USAGE)
  else await simulate(options)
} catch (error) {
  print(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`)
  process.exitCode = 2
}
