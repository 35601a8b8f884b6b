import type { Endpoint } from '../../../src/io/datagram-sender.js'
import type { PeerCalls } from '../bvll/peers.js'
import type { SinkCalls } from '../bvll/sinks.js'
import type { Traffic } from '../bvll/traffic.js'
import type { Child } from '../child.js'
import { inTurns, type Contender } from '../in-turns.js'
import type { BenchOptions } from '../options.js'
import type { Processes } from '../processes.js'
import type { Result } from '../result.js'
import type { HubCalls } from './hub.js'
import { forwardedDatagram, routedNpdu, type RouterLoad } from './load.js'
import type { RelayCalls } from './server.js'

const PEERS = 16

/** Puts a load on our router and on a bare relay in turns. */
export const compareRouters = async (load: RouterLoad, options: BenchOptions): Promise<Result> => {
  const measured = await inTurns(options, async (processes, profile) => {
    const sinks = processes.start<SinkCalls>('./bvll/sinks.js')
    const [sink] = await sinks.ask('open', { annex: 'ip', count: 1 })
    if (sink === undefined) throw new Error('there is no sink')
    const npdu = routedNpdu(macOf(sink), load.octets)
    const around: Around = { load, sink, payload: npdu.toString('hex'), from: fromOf(load, processes) }
    const ours = await contender(serverOf(processes, profile), true, around)
    const bare = await contender(serverOf(processes, []), false, around)
    const heard = sinks.ask('hear', undefined)
    await ours.run(1)
    const datagram = await heard
    if (!forwardedDatagram(npdu).test(datagram)) throw new Error(`the router has sent ${datagram}`)
    await sinks.ask('doze', undefined)
    return [ours, bare]
  })
  return {
    load: load.name,
    ...measured,
    target: `${load.target.text} of a bare relay`,
    met: measured.ratio.median <= load.target.ratio,
    note: '',
  }
}

const serverOf = (processes: Processes, options: readonly string[]): Child<RelayCalls> =>
  processes.start<RelayCalls>('./router/server.js', options)

/** What is around a router. */
interface Around {
  readonly load: RouterLoad
  readonly sink: Endpoint
  /** The NPDU that comes, as hex. */
  readonly payload: string
  readonly from: LoadGenerator
}

/** Where NPDUs come from. */
interface LoadGenerator {
  /** What is measured is to tell this one, and to join that hub. */
  readonly meet: (crew: string) => Promise<{ readonly teller: Endpoint; readonly hub: string | undefined }>
  /** It is there, and hears at that endpoint. */
  readonly enlist: (crew: string, to: Endpoint, payload: string) => Promise<void>
  readonly run: (crew: string, payload: string, count: number) => Promise<number>
}

const fromOf = ({ route, burst }: RouterLoad, processes: Processes): LoadGenerator => {
  switch (route) {
    case 'IP to IP': {
      const peers = processes.start<PeerCalls>('./bvll/peers.js')
      const traffic: Traffic = { kind: 'receive', peers: PEERS, sinks: 0, burst }
      return {
        meet: async crew => ({ teller: await peers.ask('teller', { crew, annex: 'ip' }), hub: undefined }),
        enlist: (crew, to, payload) => peers.ask('enlist', { crew, annex: 'ip', traffic, to, payload }),
        run: (crew, _payload, count) => peers.ask('run', { crew, count }),
      }
    }
    case 'SC to IP': {
      const hub = processes.start<HubCalls>('./router/hub.js')
      return {
        meet: async crew => {
          const { uri, teller } = await hub.ask('open', { crew })
          return { teller, hub: uri }
        },
        enlist: () => Promise.resolve(),
        run: (crew, payload, count) => hub.ask('run', { crew, payload, burst, count }),
      }
    }
  }
}

const contender = async (
  server: Child<RelayCalls>,
  isOurs: boolean,
  { load: { route, burst }, sink, payload, from }: Around,
): Promise<Contender> => {
  const crew = isOurs ? 'for ours' : 'for the bare relay'
  const [host, sendHost] = isOurs ? ['127.0.2.1', '127.0.4.1'] : ['127.0.2.2', '127.0.4.2']
  const { teller, hub } = await from.meet(crew)
  const port = await server.ask('start', { isOurs, plan: { route, host, sendHost, sink, hub }, burst, teller })
  await from.enlist(crew, { host, port }, payload)
  return { cpu: () => server.ask('cpu', undefined), run: count => from.run(crew, payload, count) }
}

/** The B/IP address of a station: its IP address and its port. */
const macOf = ({ host, port }: Endpoint): string =>
  Buffer.from([...host.split('.').map(Number), port >> 8, port & 0xff]).toString('hex')
