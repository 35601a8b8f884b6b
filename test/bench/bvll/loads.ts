import { upTo, type Load } from '../loads.js'
import type { Traffic } from './traffic.js'
import type { AnnexName } from './wire.js'

/** One load on our port of an annex and, in turns, on bare sockets. */
export interface PortLoad {
  readonly name: string
  readonly annex: AnnexName
  readonly traffic: Traffic
  readonly target: Load['target']
}

const receive: Traffic = { kind: 'receive', peers: 16, sinks: 0, burst: 512 }
const send: Traffic = { kind: 'send', peers: 0, sinks: 16, burst: 0 }
const fanOut = (sinks: number): Traffic => ({ kind: 'fan-out', peers: 1, sinks, burst: 128 })

const SINKS = [2, 20, 128] as const

const loadsOf = (annex: AnnexName, name: string, bbmd: string): readonly PortLoad[] => [
  { name: `${name} receive`, annex, traffic: receive, target: upTo(1.25) },
  { name: `${name} send`, annex, traffic: send, target: upTo(1.1) },
  ...SINKS.map(sinks => ({ name: `${bbmd} fan-out to ${sinks}`, annex, traffic: fanOut(sinks), target: upTo(1.1) })),
]

/** The loads of a port, all with NPDUs of 40 octets. Of a fan-out, CPU time counts per copy. */
export const portLoads: readonly PortLoad[] = [
  ...loadsOf('ip', 'B/IP', 'BBMD'),
  ...loadsOf('ip6', 'B/IPv6', 'B/IPv6 BBMD'),
]
