import type { Endpoint } from '../../../src/io/datagram-sender.js'
import type { Child } from '../child.js'
import { inTurns, type Contender } from '../in-turns.js'
import type { BenchOptions } from '../options.js'
import type { Processes } from '../processes.js'
import type { Result } from '../result.js'
import type { IpLoad } from './loads.js'
import type { PeerCalls } from './peers.js'
import { foreignAmong } from './port-under-test.js'
import type { PortCalls, PortName } from './server.js'
import type { SinkCalls } from './sinks.js'
import { BROADCAST_HOST, type IpTraffic } from './traffic.js'

/** Puts a load on our B/IP port and on bare sockets in turns. */
export const comparePorts = async ({ name, traffic, target }: IpLoad, options: BenchOptions): Promise<Result> => {
  const measured = await inTurns(options, async (processes, profile) => {
    const sinks = processes.start<SinkCalls>('./ip/sinks.js')
    const peers = processes.start<PeerCalls>('./ip/peers.js')
    const stations = { traffic, peers, sinks: await sinks.ask('open', traffic.sinks) }
    const ours = await contender(serverOf(processes, profile), 'rx port', '127.0.2.1', stations)
    const bare = await contender(serverOf(processes, []), 'bare sockets', '127.0.2.2', stations)
    if (traffic.kind === 'fan-out') {
      await sinks.ask('register', { from: traffic.sinks - foreignAmong(stations.sinks).length, bbmd: ours.endpoint })
    }
    await sinks.ask('doze', undefined)
    return [ours, bare]
  })
  return {
    load: name,
    ...measured,
    target: `${target.text} of bare sockets`,
    met: measured.ratio.median <= target.ratio,
    note: '',
  }
}

const serverOf = (processes: Processes, options: readonly string[]): Child<PortCalls> =>
  processes.start<PortCalls>('./ip/server.js', options)

/** The stations around a port. */
interface Stations {
  readonly traffic: IpTraffic
  readonly peers: Child<PeerCalls>
  readonly sinks: readonly Endpoint[]
}

const contender = async (
  server: Child<PortCalls>,
  name: PortName,
  host: string,
  { traffic, peers, sinks }: Stations,
): Promise<Contender & { readonly endpoint: Endpoint }> => {
  const { kind, burst } = traffic
  const plan = { kind, host, sinks }
  const cpu = (): Promise<number> => server.ask('cpu', undefined)
  if (kind === 'send') {
    const port = await server.ask('listen', { name, plan, burst, teller: undefined })
    return { endpoint: { host, port }, cpu, run: count => server.ask('send', count) }
  }
  const teller = await peers.ask('teller', name)
  const port = await server.ask('listen', { name, plan, burst, teller })
  const isBroadcast = kind === 'fan-out'
  const to = { host: isBroadcast ? BROADCAST_HOST : host, port }
  const bvlcFunction = isBroadcast ? 0x0b : 0x0a
  await peers.ask('enlist', { crew: name, to, bvlcFunction, peers: traffic.peers, burst })
  const copies = isBroadcast ? sinks.length : 1
  return {
    endpoint: { host, port },
    cpu,
    run: async count => copies * (await peers.ask('run', { crew: name, count: Math.ceil(count / copies) })),
  }
}
