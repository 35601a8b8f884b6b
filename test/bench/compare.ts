import type { TlsMaterial } from '../../src/io/tls.js'
import { inTurns, type Contender } from './in-turns.js'
import type { Load } from './loads.js'
import type { BenchOptions } from './options.js'
import { listen, type Client, type Listener } from './processes.js'
import type { Result } from './result.js'

/**
 * Puts a load on our server and on the baseline in turns. A window begins and ends with a server that is idle, and closes
 * on a message count.
 */
export const compare = async (load: Load, options: BenchOptions, tls: TlsMaterial | undefined): Promise<Result> => {
  const measured = await inTurns(options, async (processes, profile) => {
    const clients = Array.from({ length: load.clients }, processes.client)
    return Promise.all([
      connected({ server: processes.server(profile), name: load.ours, tls }, clients, load),
      connected({ server: processes.server(), name: load.baseline, tls }, clients, load),
    ])
  })
  return {
    load: load.name,
    ...measured,
    target: `${load.target.text} of ${load.baseline}`,
    met: measured.ratio.median <= load.target.ratio,
    note: load.clients === 1 ? '' : `${load.clients} load generators, which share the connections`,
  }
}

const connected = async (listener: Listener, clients: readonly Client[], { traffic }: Load): Promise<Contender> => {
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
