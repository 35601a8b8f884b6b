import { child } from '../bench/child.js'
import { FAULTS, type Treatment } from './chaos.js'
import { now } from './clock.js'
import { readOptions, USAGE, type SoakOptions } from './options.js'
import { growthOf, progressLine, summary, violationLines } from './report.js'
import { soak, type SoakState } from './soak.js'
import type { Host } from './stations/host.js'
import type { HostCalls } from './stations/main.js'
import { totalOf } from './tally.js'

/*
 * npm run soak [-- --minutes N --nodes N --seed N]: nodes over mutual TLS, hubs, BBMDs and foreign devices on loopback, in
 * processes of their own, which are killed, stopped and made to hang; and a ledger of every NPDU.
 */

/** Processes that the stations are dealt out to. */
const HOSTS = 2

/** What everything besides the time of faults may take at most. */
const MARGIN_MS = 120_000

/** Services are spared in turn: these at first, the others next; in a short run for half of it. */
const SPARED_FIRST = ['hub A', 'BBMD 1', 'BBMD 6']
const SPARED_MS = 5 * 60_000

const print = (line: string): void => void process.stdout.write(`${line}\n`)

const stations = child<HostCalls>
const asked = (ask: ReturnType<typeof stations>['ask']): Host => ({
  start: task => ask('start', task),
  talk: () => ask('talk', undefined as never),
  quiet: () => ask('quiet', undefined as never),
  notes: () => ask('notes', undefined as never),
  memory: () => ask('memory', undefined as never),
  close: () => ask('close', undefined as never),
})

const run = async ({ minutes, nodes, seed, calm }: SoakOptions): Promise<boolean> => {
  print(`seed ${seed}: ${nodes} nodes, ${minutes} minutes`)
  let kill = (): void => undefined
  const abandon = (why: string): never => {
    print(why)
    kill()
    process.exit(1)
  }
  process.once('SIGINT', () => abandon('interrupted')).once('SIGTERM', () => abandon('terminated'))
  let printed = 0
  const printNew = (state: SoakState): void => {
    const lines = violationLines(state, printed)
    printed += lines.length
    lines.forEach(print)
  }
  const limit = setTimeout(() => abandon('FAILED: it takes much longer than it should'), minutes * 60_000 + MARGIN_MS)
  const children = Array.from({ length: HOSTS }, () => stations('../soak/stations/main.js', ['--expose-gc']))
  const began = now()
  const turnMs = Math.min(SPARED_MS, minutes * 30_000)
  const isSpared = (service: string): boolean =>
    Math.floor((now() - began) / turnMs) % 2 === (SPARED_FIRST.includes(service) ? 0 : 1)
  const hub: Omit<Treatment, 'isSpared'> = {
    ...{ up: [12_000, 40_000], down: [300, 8_000], hanging: [1_000, 12_000], faults: FAULTS },
  }
  const bbmd: typeof hub = { ...hub, up: [15_000, 50_000], hanging: [1_000, 6_000] }
  const treatmentOf = (service: string): Treatment => ({
    ...(service.startsWith('hub') ? hub : bbmd),
    isSpared: () => isSpared(service),
  })
  try {
    const state = await soak(
      {
        nodes,
        seed,
        ms: minutes * 60_000,
        hosts: children.map(({ ask }) => asked(ask)),
        talk: { unicastEvery: 0.5, broadcastEvery: 20 },
        treatment: service => (calm ? undefined : treatmentOf(service)),
        patience: { judgedAfterMs: 25_000, forgottenAfterMs: 40_000 },
        recoveryMs: 20_000,
        memoryEveryMs: 5_000,
        lingerMs: 3_000,
        progressEveryMs: 30_000,
        progress: at => {
          printNew(at)
          print(progressLine(at, now()))
        },
      },
      how => (kill = how),
    )
    printNew(state)
    summary(state, seed).forEach(print)
    const grows = growthOf(state).some(({ verdict }) => verdict === 'grows')
    if (grows) print('memory grows')
    return !grows && totalOf(state.books.ledger.tally.violated) === 0
  } finally {
    clearTimeout(limit)
    await Promise.all(children.map(({ end }) => end()))
  }
}

try {
  const options = readOptions(process.argv.slice(2))
  if (options === undefined) print(USAGE)
  else {
    const isWell = await run(options)
    print(isWell ? 'nothing found' : 'FAILED')
    if (!isWell) process.exitCode = 1
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
