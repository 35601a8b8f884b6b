import type { TlsMaterial } from '../../src/io/tls.js'
import { listen, withProcesses } from './processes.js'
import type { BenchOptions } from './options.js'
import { spread, type Result } from './result.js'
import type { ServerName } from './server/main.js'

/** Name of the load in the table. */
export const IDLE_MEMORY = 'memory per idle connection'
/** Its target. */
export const IDLE_MEMORY_TARGET = '<= 1.30 of raw relay'

const MOST = 1.3
const BEFORE = 50
const CONNECTIONS = 500

/** Memory of 500 connections that were used once, after 50 others have paid for what is paid once. */
export const idleMemory = async (options: BenchOptions, tls?: TlsMaterial): Promise<Result> => {
  const ours: PerConnection[] = []
  const relay: PerConnection[] = []
  for (let sitting = 0; sitting < options.sittings; sitting++) {
    ours.push(await perConnection('rx hub', tls))
    relay.push(await perConnection('raw relay', tls))
  }
  const ratio = spread(ours.map(({ live }, index) => live / (relay[index]?.live ?? Number.NaN)))
  const rss = (of: readonly PerConnection[]): string => spread(of.map(each => each.rss)).median.toFixed(1)
  return {
    load: IDLE_MEMORY,
    unit: 'KB',
    ours: spread(ours.map(({ live }) => live)),
    baseline: spread(relay.map(({ live }) => live)),
    ratio,
    target: IDLE_MEMORY_TARGET,
    met: ratio.median <= MOST,
    note: `heap used + external, after gc; resident: ours ${rss(ours)}, raw relay ${rss(relay)} KB`,
  }
}

/** In kilobytes of 1000 octets. */
interface PerConnection {
  readonly live: number
  readonly rss: number
}

const perConnection = (name: ServerName, tls: TlsMaterial | undefined): Promise<PerConnection> =>
  withProcesses(async processes => {
    const server = processes.server()
    const client = processes.client()
    const pairs = { kind: 'pairs', octets: 40, inFlight: 1, perPair: false, coalesced: true } as const
    const target = await listen({ server, name, tls })
    const connect = (fleet: string, firstIndex: number, connections: number): Promise<void> =>
      client.ask('connect', { fleet, target, traffic: { ...pairs, firstIndex, connections } })
    await connect('first', 0, BEFORE)
    const before = await server.ask('memory', undefined)
    await connect('more', BEFORE, CONNECTIONS)
    await client.ask('run', { fleet: 'more', count: CONNECTIONS })
    const after = await server.ask('memory', undefined)
    const each = (octets: number): number => octets / CONNECTIONS / 1000
    return { live: each(after.live - before.live), rss: each(after.rss - before.rss) }
  })
