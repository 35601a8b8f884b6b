import type { TlsMaterial } from '../../src/io/tls.js'
import type { Load } from './loads.js'
import type { BenchOptions } from './options.js'
import { listen, withProcesses, type Client, type Listener } from './processes.js'
import { spread, type Result } from './result.js'

/** Takes one window; gives the CPU time of the server for one message, in microseconds. */
type Measure = () => Promise<number>

const WARM_UP_COUNT = 60_000
const SIZING_COUNT = 20_000

/**
 * Puts a load on our server and on the baseline in turns: A B A B …, both running all the time, the one whose turn it
 * is not without anything to do. A window begins and ends with a server that is idle, and closes on a message count.
 */
export const compare = async (load: Load, options: BenchOptions, tls: TlsMaterial | undefined): Promise<Result> => {
  const ours: number[] = []
  const baseline: number[] = []
  const profile = options.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${options.profile}`]
  for (let sitting = 0; sitting < options.sittings; sitting++) {
    const rounds = Math.ceil((options.rounds - ours.length) / (options.sittings - sitting))
    await withProcesses(async processes => {
      const clients = Array.from({ length: load.clients }, processes.client)
      const [a, b] = await Promise.all([
        connected({ server: processes.server(profile), name: load.ours, tls }, clients, load),
        connected({ server: processes.server(), name: load.baseline, tls }, clients, load),
      ])
      const measureOurs = await warmedUp(a, options)
      const measureBaseline = await warmedUp(b, options)
      for (let round = 0; round < rounds; round++) {
        ours.push(await measureOurs())
        baseline.push(await measureBaseline())
      }
    })
  }
  const ratio = spread(ours.map((cost, round) => cost / (baseline[round] as number)))
  return {
    load: load.name,
    unit: 'us/msg',
    ours: spread(ours),
    baseline: spread(baseline),
    ratio,
    target: `${load.target.text} of ${load.baseline}`,
    met: ratio.median <= load.target.ratio,
    note: load.clients === 1 ? '' : `${load.clients} load generators, which share the connections`,
  }
}

/** A server with all its connections. */
interface Connected {
  /** CPU time that the server has used. */
  readonly cpu: () => Promise<number>
  /** Puts that many messages through it, or a few more; gives their number. */
  readonly run: (count: number) => Promise<number>
}

const connected = async (listener: Listener, clients: readonly Client[], { traffic }: Load): Promise<Connected> => {
  const { server, name: fleet } = listener
  const target = await listen(listener)
  const connections = traffic.connections / clients.length
  for (const [index, client] of clients.entries()) {
    const share = { ...traffic, connections, firstIndex: index * connections }
    await client.ask('connect', { fleet, target, traffic: share })
  }
  return {
    cpu: () => server.ask('cpu', undefined),
    run: async count => {
      const share = Math.ceil(count / clients.length)
      const windows = await Promise.all(clients.map(client => client.ask('run', { fleet, count: share })))
      return windows.reduce((sum, { messages }) => sum + messages, 0)
    },
  }
}

/** Lets a server run until its code is compiled; then windows have as many messages as it takes in the wanted time. */
const warmedUp = async ({ cpu, run }: Connected, { windowMs }: BenchOptions): Promise<Measure> => {
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
