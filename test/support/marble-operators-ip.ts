import { Observable, Subject } from 'rxjs'
import { registrationTimings } from '../../src/bvll/registration-timings.js'
import { bbmdPolicy } from '../../src/ip/bbmd-policy.js'
import type { IpLinkEvent, IpOutbound } from '../../src/ip/ip-link.js'
import type { IpRole } from '../../src/ip/ip-role.js'
import { broadcast } from '../../src/link/link.js'
import { virtualIpNetwork, type MarbleOperator } from '../../src/testing/index.js'
import { ms, seconds } from '../../src/values/duration.js'
import { BvllResultCode } from '../../src/wire/bvll-function.js'
import { chance } from '../machine/chance.js'
import { bip } from './bvll-vectors.js'
import { durationArg, readArgs } from './marble-operators-args.js'
import { lines } from './marble-operators-lines.js'
import { WHO_IS } from './npdu.js'

const BBMD = '10.0.1.1:47808'
const NODE = '10.0.1.7:47808'
const DEVICE = '10.0.3.7:47808'

/** Renewals are not moved by chance. */
const LATEST = chance(1)

/** What passes between a foreign device and its BBMD. */
const symbolOf = (octets: Uint8Array): string => {
  if (octets[1] === 0x00) return octets[5] === BvllResultCode.SUCCESS ? 'a' : 'u'
  return { 0x04: 'f', 0x05: 'r', 0x09: 'd' }[octets[1] ?? 0xff] ?? '?'
}

/**
 * A foreign device, a BBMD and a node beside it: real ports on a virtual internet. In: `device` and `node` give broadcasts
 * to be sent, `BBMD` restarts it. Out: what `device sends` and `BBMD sends` to each other, the `state` of the registration,
 * and what `device hears` and `node hears`.
 */
export const foreignDeviceAndBbmdOperator: MarbleOperator = ({ inputs, args: texts, scheduler }) =>
  lines(['device sends', 'BBMD sends', 'state', 'device hears', 'node hears'], draw => {
    const args = readArgs(texts)
    const ttl = (durationArg(args, 'ttl') ?? seconds(60)) / 1000
    const network = virtualIpNetwork(scheduler, { latency: durationArg(args, 'latency') ?? ms(0), random: LATEST })
    const start = (bind: string, role: IpRole, tell: (event: IpLinkEvent) => void) => {
      const outbound$ = new Subject<IpOutbound>()
      const running = network.port({ bind, role })(outbound$).subscribe(tell)
      return { send: () => outbound$.next(broadcast(WHO_IS)), end: () => running.unsubscribe() }
    }
    const hears = (line: 'device hears' | 'node hears') => (event: IpLinkEvent) => {
      if (event._tag === 'Npdu') draw(line, 'h')
      const state = event._tag === 'Status' ? event.status.registration?.state : undefined
      if (state !== undefined) draw('state', state === 'registered' ? 'R' : 'U')
    }
    return new Observable(subscriber => {
      subscriber.add(
        network.tap$.subscribe(({ from, to, octets }) => {
          if (from === bip(DEVICE)) draw('device sends', symbolOf(octets))
          if (to === bip(DEVICE)) draw('BBMD sends', symbolOf(octets))
        }),
      )
      const startBbmd = () =>
        start(BBMD, { _tag: 'Bbmd', bdt: [], global: undefined, policy: bbmdPolicy() }, () => undefined)
      let bbmd = startBbmd()
      const node = start(NODE, { _tag: 'OrdinaryNode' }, hears('node hears'))
      const device = start(
        DEVICE,
        { _tag: 'ForeignDevice', bbmd: bip(BBMD), ttl, timings: registrationTimings(ttl) },
        hears('device hears'),
      )
      subscriber.add(inputs['device']?.subscribe(device.send))
      subscriber.add(inputs['node']?.subscribe(node.send))
      subscriber.add(
        inputs['BBMD']?.subscribe(() => {
          bbmd.end()
          bbmd = startBbmd()
        }),
      )
      subscriber.add(() => [bbmd, node, device].forEach(port => port.end()))
    })
  })
