import type { Traffic } from './client/fleet.js'
import type { ServerName } from './server/main.js'

/** One load on our hub and, in turns, on what it is compared with. */
export interface Load {
  readonly name: string
  readonly ours: ServerName
  readonly baseline: ServerName
  readonly tls: boolean
  readonly traffic: Traffic
  /** Load generators, which share the connections. */
  readonly clients: number
  /** The most that the ratio of CPU time per message may be, as a fraction and as text. */
  readonly target: { readonly ratio: number; readonly text: string }
}

const atMost = (divisor: number): Load['target'] => ({ ratio: 1 / divisor, text: `<= 1/${divisor}` })
/** At most this fraction of the baseline. */
export const upTo = (ratio: number): Load['target'] => ({ ratio, text: `<= ${ratio.toFixed(2)}` })

const pairs: Traffic = {
  kind: 'pairs',
  connections: 100,
  firstIndex: 0,
  octets: 40,
  inFlight: 16,
  perPair: false,
  coalesced: true,
}
const broadcast: Traffic = { ...pairs, kind: 'broadcast', connections: 101 }

/** The loads of the table of targets, all with messages of 40 octets. CPU time counts per message delivered. */
export const loads: readonly Load[] = [
  {
    name: 'unicast, coalesced writes',
    ours: 'rx hub',
    baseline: 'raw relay',
    tls: false,
    traffic: pairs,
    clients: 1,
    target: atMost(6),
  },
  {
    name: 'unicast, separate writes',
    ours: 'rx hub',
    baseline: 'raw relay',
    tls: false,
    traffic: { ...pairs, coalesced: false },
    // A write of its own for each frame costs the peers as much as the relay: one process of them cannot keep a hub busy.
    clients: 2,
    target: atMost(1.6),
  },
  {
    name: 'unicast, coalesced writes, TLS',
    ours: 'rx hub',
    baseline: 'raw relay',
    tls: true,
    traffic: pairs,
    clients: 1,
    target: atMost(1.6),
  },
  {
    name: 'unicast, random destinations',
    ours: 'rx hub',
    baseline: 'ws.send hub',
    tls: false,
    traffic: { ...pairs, kind: 'random' },
    clients: 1,
    target: atMost(4.5),
  },
  {
    name: 'unicast, one in flight per pair',
    ours: 'rx hub',
    baseline: 'raw relay',
    tls: false,
    traffic: { ...pairs, inFlight: 1, perPair: true },
    clients: 1,
    target: upTo(1.05),
  },
  {
    name: 'broadcast to 100',
    ours: 'rx hub',
    baseline: 'ws.send hub',
    tls: false,
    traffic: broadcast,
    clients: 1,
    target: atMost(9),
  },
  {
    name: 'broadcast to 100, TLS',
    ours: 'rx hub',
    baseline: 'ws.send hub',
    tls: true,
    traffic: broadcast,
    clients: 1,
    target: atMost(1.6),
  },
  {
    name: 'unicast, RxJS and callbacks',
    ours: 'rx hub',
    baseline: 'callback hub',
    tls: false,
    traffic: pairs,
    clients: 1,
    target: upTo(1.1),
  },
]
