import type { TlsMaterial } from '../../src/io/tls.js'
import { listen, withProcesses } from './processes.js'
import type { BenchOptions } from './options.js'
import { spread, type Result, type Spread } from './result.js'
import type { ServerName } from './server/main.js'

const MOST = 1.3
const BEFORE = 200
const CONNECTIONS = 700

/** How the memory of an idle connection is judged. */
export interface IdleMemory {
  readonly load: string
  readonly target: string
  /** It takes thousands of TLS handshakes. */
  readonly slow: boolean
  readonly measure: (options: BenchOptions, certificate: TlsMaterial) => Promise<Result>
}

/**
 * Memory of 700 connections that were used once, after 200 others have paid for what is paid once. Over TLS nearly all
 * of it belongs to OpenSSL, which only the resident set shows; without, that is as much chance as memory, and what
 * counts are live objects and buffers.
 */
export const idleMemories: readonly IdleMemory[] = (['live', 'rss'] as const).map(judged => {
  const load = judged === 'live' ? 'memory per idle connection' : 'memory per idle connection, TLS'
  const target = `<= ${MOST.toFixed(2)} of raw relay`
  const measure = async (options: BenchOptions, certificate: TlsMaterial): Promise<Result> => {
    const tls = judged === 'live' ? undefined : certificate
    const ours: PerConnection[] = []
    const callbacks: PerConnection[] = []
    const relay: PerConnection[] = []
    for (let sitting = 0; sitting < options.sittings; sitting++) {
      ours.push(await perConnection('rx hub', tls))
      callbacks.push(await perConnection('callback hub', tls))
      relay.push(await perConnection('raw relay', tls))
    }
    const of = (measured: readonly PerConnection[]): Spread => spread(measured.map(each => each[judged]))
    const ratio = spread(ours.map((each, index) => each[judged] / (relay[index]?.[judged] ?? Number.NaN)))
    const what = judged === 'live' ? 'heap used and external, after gc' : 'resident set'
    const note = `${what}; callback hub, which has members and no life cycle: ${of(callbacks).median.toFixed(1)} KB`
    const met = ratio.median <= MOST
    return { load, unit: 'KB', ours: of(ours), baseline: of(relay), ratio, target, met, note }
  }
  return { load, target, slow: judged === 'rss', measure }
})

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
