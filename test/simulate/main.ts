import { drawPlan } from './plan/draw-plan.js'
import { againOf, failureOf, report } from './report.js'
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
