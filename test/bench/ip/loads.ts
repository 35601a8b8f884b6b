import { upTo, type Load } from '../loads.js'
import type { IpTraffic } from './traffic.js'

/** One load on our B/IP port and, in turns, on bare sockets. */
export interface IpLoad {
  readonly name: string
  readonly traffic: IpTraffic
  readonly target: Load['target']
}

const fanOut = (sinks: number): IpLoad => ({
  name: `BBMD fan-out to ${sinks}`,
  traffic: { kind: 'fan-out', peers: 1, sinks, burst: 128 },
  target: upTo(1.1),
})

/** The loads of a B/IP port, all with NPDUs of 40 octets. Of a fan-out, CPU time counts per copy. */
export const ipLoads: readonly IpLoad[] = [
  {
    name: 'B/IP receive',
    traffic: { kind: 'receive', peers: 16, sinks: 0, burst: 512 },
    target: upTo(1.25),
  },
  {
    name: 'B/IP send',
    traffic: { kind: 'send', peers: 0, sinks: 16, burst: 0 },
    target: upTo(1.1),
  },
  fanOut(2),
  fanOut(20),
  fanOut(128),
]
