import { Observable, Subject } from 'rxjs'
import { bbmd6, foreignDevice6, ordinaryNode, type Ip6Role } from '../../src/index.js'
import type { Ip6LinkEvent, Ip6Outbound } from '../../src/ip6/ip6-link.js'
import { unicast } from '../../src/link/link.js'
import { virtualIp6Network, type MarbleOperator } from '../../src/testing/index.js'
import type { Bip6Vmac } from '../../src/values/bip6-vmac.js'
import { ms } from '../../src/values/duration.js'
import { chance } from '../machine/chance.js'
import { bip6 } from './bvll6-vectors.js'
import { durationArg, readArgs } from './marble-operators-args.js'
import { lines } from './marble-operators-lines.js'
import { I_AM } from './npdu.js'

const BBMD = '[fd71:0:0:1::1]:47808'
const NODE = '[fd71:0:0:1::7]:47808'
const DEVICE = '[fd71:0:0:3::7]:47808'
const NODE_INSTANCE = 0x1007
const NODE_VMAC = '001007' as Bip6Vmac

/** Renewals are not moved by chance. */
const LATEST = chance(1)

/** What passes between the three: results by their last octet. */
const symbolOf = (octets: Uint8Array): string => {
  if (octets[1] === 0x00) return octets[8] === 0x00 ? 'a' : 'x'
  return { 0x01: 'u', 0x03: 'q', 0x04: 'f', 0x05: 'k', 0x09: 'r' }[octets[1] ?? 0xff] ?? '?'
}

/**
 * A foreign device, a BBMD and a node beside it: real ports on a virtual internet. In: `device` gives NPDUs for the node
 * to be sent, `BBMD` restarts it. Out: what the `device sends`, the `BBMD sends` and the `node sends`, the `state` of the
 * registration, and what the `node hears`.
 */
export const foreignDevice6AndBbmdOperator: MarbleOperator = ({ inputs, args: texts, scheduler }) =>
  lines(['device sends', 'BBMD sends', 'node sends', 'state', 'node hears'], draw => {
    const latency = durationArg(readArgs(texts), 'latency') ?? ms(0)
    const network = virtualIp6Network(scheduler, { latency, random: LATEST })
    const start = (bind: string, deviceInstance: number, role: Ip6Role, tell: (event: Ip6LinkEvent) => void) => {
      const outbound$ = new Subject<Ip6Outbound>()
      const running = network.port({ bind, deviceInstance, role })(outbound$).subscribe(tell)
      return { send: () => outbound$.next(unicast(I_AM, NODE_VMAC)), end: () => running.unsubscribe() }
    }
    return new Observable(subscriber => {
      const senders = new Map([
        [bip6(DEVICE), 'device sends' as const],
        [bip6(BBMD), 'BBMD sends' as const],
        [bip6(NODE), 'node sends' as const],
      ])
      subscriber.add(
        network.tap$.subscribe(({ from, octets }) => {
          const sender = senders.get(from)
          if (sender !== undefined) draw(sender, symbolOf(octets))
        }),
      )
      const startBbmd = () => start(BBMD, 0x1001, bbmd6(), () => undefined)
      let bbmd = startBbmd()
      const node = start(NODE, NODE_INSTANCE, ordinaryNode(), event => {
        if (event._tag === 'Npdu') draw('node hears', 'h')
      })
      const device = start(DEVICE, 0x3007, foreignDevice6({ bbmd: BBMD }), event => {
        if (event._tag !== 'Status' || event.status.vmac === undefined) return
        draw('state', event.status.registration?.state === 'registered' ? 'R' : 'U')
      })
      subscriber.add(inputs['device']?.subscribe(device.send))
      subscriber.add(
        inputs['BBMD']?.subscribe(() => {
          bbmd.end()
          bbmd = startBbmd()
        }),
      )
      subscriber.add(() => [bbmd, node, device].forEach(port => port.end()))
    })
  })
