import type { TlsMaterial } from '../../src/io/tls.js'
import type { Target } from './client/connection.js'
import { listen, withProcesses, type Client } from './processes.js'
import { spread, type Result } from './result.js'

/** Begins the name of each load of this group. */
export const SCALE = 'scale'

const NODES = 1000
const CLIENTS = 2
const SITTINGS = 3
const BROADCASTS = 20
const RATE = { perSecond: 5_000, seconds: 4 } as const
const WARM_UP = { ...RATE, seconds: 2 } as const

/** What one sitting gave. */
interface Measured {
  readonly joinsPerSecond: number
  /** CPU time of the hub for a join, in milliseconds. */
  readonly joinCpu: number
  readonly kilobytes: number
  readonly delays: readonly number[]
  readonly broadcasts: readonly number[]
  /** CPU time of the hub for a broadcast, in milliseconds. */
  readonly broadcastCpu: number
  readonly backAfter: number
}

/** A thousand nodes over mutual TLS on one hub: joining, at work, and coming back when the hub was killed. */
export const scale = async (tls: TlsMaterial): Promise<readonly Result[]> => {
  const sittings: Measured[] = []
  for (let sitting = 0; sitting < SITTINGS; sitting++) sittings.push(await sit(tls))
  return rows.map(([load, unit, pick]) => row(load, unit, sittings.map(pick)))
}

const rows: readonly (readonly [load: string, unit: string, pick: (measured: Measured) => number])[] = [
  ['nodes that join in a second', '1/s', ({ joinsPerSecond }) => joinsPerSecond],
  ['CPU time of the hub for a join', 'ms', ({ joinCpu }) => joinCpu],
  ['memory of a node', 'KB', ({ kilobytes }) => kilobytes],
  ['all are back after a restart', 's', ({ backAfter }) => backAfter],
  [`unicast at ${RATE.perSecond / 1000} k/s, p50`, 'ms', ({ delays }) => quantile(delays, 0.5)],
  [`unicast at ${RATE.perSecond / 1000} k/s, p99`, 'ms', ({ delays }) => quantile(delays, 0.99)],
  ['broadcast, the last has it', 'ms', ({ broadcasts }) => spread(broadcasts).median],
  ['CPU time of the hub for a broadcast', 'ms', ({ broadcastCpu }) => broadcastCpu],
]

const sit = (tls: TlsMaterial): Promise<Measured> =>
  withProcesses(async processes => {
    const server = processes.server()
    const clients = Array.from({ length: CLIENTS }, processes.client)
    const target = await listen({ server, name: 'rx hub', tls })
    const cpu = (): Promise<number> => server.ask('cpu', undefined)
    const before = await server.ask('memory', undefined)
    const cpuBefore = await cpu()
    const joining = await join(clients, target)
    const joinCpu = ((await cpu()) - cpuBefore) / NODES / 1000
    const after = await server.ask('memory', undefined)
    await delaysOf(clients, WARM_UP)
    const delays = await delaysOf(clients, RATE)
    const broadcasts: number[] = []
    const cpuBetween = await cpu()
    for (let each = 0; each < BROADCASTS; each++) broadcasts.push(await broadcast(clients))
    const broadcastCpu = ((await cpu()) - cpuBetween) / BROADCASTS / 1000
    const dropped = Promise.all(clients.map(client => client.ask('dropped', undefined)))
    await server.end()
    await dropped
    const again = processes.server()
    const back = join(clients, target)
    const rejoining = listen({ server: again, name: 'rx hub', tls, port: target.port }).then(() => performance.now())
    const [, listening] = await Promise.all([back, rejoining])
    return {
      joinsPerSecond: NODES / joining,
      joinCpu,
      kilobytes: (after.rss - before.rss) / NODES / 1000,
      delays,
      broadcasts,
      broadcastCpu,
      backAfter: (performance.now() - listening) / 1000,
    }
  })

/** All nodes join; gives the seconds until the last was in. */
const join = async (clients: readonly Client[], target: Target): Promise<number> => {
  const began = performance.now()
  const connections = NODES / clients.length
  const shares = clients.map((client, index) =>
    client.ask('join', { target, share: { firstIndex: index * connections, connections } }),
  )
  await Promise.all(shares)
  return (performance.now() - began) / 1000
}

const delaysOf = async (
  clients: readonly Client[],
  { perSecond, seconds }: { readonly perSecond: number; readonly seconds: number },
): Promise<readonly number[]> => {
  const rate = { perSecond: perSecond / clients.length, seconds }
  const delays = (await Promise.all(clients.map(client => client.ask('delays', rate)))).flat()
  if (delays.length < perSecond * seconds) throw new Error(`${perSecond * seconds - delays.length} messages were lost`)
  return delays
}

/** One broadcast at rest; milliseconds until the last node has it. */
const broadcast = async (clients: readonly Client[]): Promise<number> => {
  const [first] = clients
  if (first === undefined) throw new Error('a broadcast needs a sender')
  await Promise.all(clients.map(client => client.ask('expectBroadcast', undefined)))
  const sent = await first.ask('broadcast', undefined)
  return Math.max(...(await Promise.all(clients.map(client => client.ask('heardByAll', undefined))))) - sent
}

const quantile = (values: readonly number[], part: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(part * values.length)] ?? Number.NaN

const row = (load: string, unit: string, values: readonly number[]): Result => ({
  load: `${SCALE}: ${load}`,
  unit,
  ours: spread(values),
  baseline: undefined,
  ratio: undefined,
  target: '',
  met: undefined,
  note: '',
})
