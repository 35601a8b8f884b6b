import type { Endpoint } from '../../../src/io/datagram-sender.js'
import type { Child } from '../child.js'
import { inTurns, type Contender } from '../in-turns.js'
import type { BenchOptions } from '../options.js'
import type { Processes } from '../processes.js'
import type { Result } from '../result.js'
import type { PortLoad } from './loads.js'
import type { PeerCalls } from './peers.js'
import type { PortCalls } from './server.js'
import type { SinkCalls } from './sinks.js'
import { wireOf } from './wire.js'

/** Puts a load on our port of an annex and on bare sockets in turns. */
export const comparePorts = async (load: PortLoad, options: BenchOptions): Promise<Result> => {
  const { name, annex, traffic, target } = load
  const measured = await inTurns(options, async (processes, profile) => {
    const sinks = processes.start<SinkCalls>('./bvll/sinks.js')
    const peers = processes.start<PeerCalls>('./bvll/peers.js')
    const stations = { load, peers, sinks: await sinks.ask('open', { annex, count: traffic.sinks }) }
    const ours = await contender(serverOf(processes, profile), true, stations)
    const bare = await contender(serverOf(processes, []), false, stations)
    await sinks.ask('enrol', { annex, kind: traffic.kind, port: ours.endpoint })
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
  processes.start<PortCalls>('./bvll/server.js', options)

/** The stations around a port. */
interface Stations {
  readonly load: PortLoad
  readonly peers: Child<PeerCalls>
  readonly sinks: readonly Endpoint[]
}

const contender = async (
  server: Child<PortCalls>,
  isOurs: boolean,
  { load: { annex, traffic }, peers, sinks }: Stations,
): Promise<Contender & { readonly endpoint: Endpoint }> => {
  const { kind, burst } = traffic
  const { bind, unicast, target } = wireOf(annex).place(isOurs, kind)
  const plan = { kind, host: bind, sinks }
  const cpu = (): Promise<number> => server.ask('cpu', undefined)
  if (kind === 'send') {
    const port = await server.ask('listen', { annex, isOurs, plan, burst, teller: undefined })
    return { endpoint: { host: unicast, port }, cpu, run: count => server.ask('send', count) }
  }
  const crew = isOurs ? 'for ours' : 'for bare sockets'
  const teller = await peers.ask('teller', { crew, annex })
  const port = await server.ask('listen', { annex, isOurs, plan, burst, teller })
  await peers.ask('enlist', { crew, annex, traffic, to: { host: target, port } })
  const copies = kind === 'fan-out' ? sinks.length : 1
  return {
    endpoint: { host: unicast, port },
    cpu,
    run: async count => copies * (await peers.ask('run', { crew, count: Math.ceil(count / copies) })),
  }
}
