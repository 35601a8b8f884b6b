import { NEVER } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { registrationTimings } from '../../src/bvll/registration-timings.js'
import { bbmdPolicy } from '../../src/ip/bbmd-policy.js'
import { ipLimits } from '../../src/ip/ip-limits.js'
import type { IpLinkEvent } from '../../src/ip/ip-link.js'
import type { IpRole } from '../../src/ip/ip-role.js'
import { ipLink } from '../../src/ip/port.js'
import { fixedRandom } from '../../src/testing/chance/fixed-random.js'
import { printBipAddress } from '../../src/values/bip-address.js'
import { clock } from '../machine/clock.js'
import { behaviourVectors, type BehaviourContext } from '../support/bvll-vectors.js'
import { localOf, playedUdp, type PlayedUdp } from '../support/played-udp.js'
import { toHex } from '../support/vectors.js'

const roleOf = (context: BehaviourContext): IpRole => {
  switch (context.role) {
    case 'non-bbmd':
      return { _tag: 'OrdinaryNode' }
    case 'bbmd':
      return { _tag: 'Bbmd', bdt: context.bdt, global: undefined, policy: bbmdPolicy() }
    case 'foreign-device':
      return { _tag: 'ForeignDevice', bbmd: context.bbmd, ttl: context.ttl, timings: registrationTimings(context.ttl) }
  }
}

/** Brings a port into the state that the context describes, with the messages that lead there. */
const prepare = ({ hear, sent }: PlayedUdp, context: BehaviourContext): void => {
  if (context.role === 'bbmd') {
    for (const address of context.fdt) hear(printBipAddress(address), { _tag: 'Register-Foreign-Device', ttl: 60 })
  }
  if (context.role === 'foreign-device' && context.registered) {
    hear(printBipAddress(context.bbmd), { _tag: 'BVLC-Result', code: 0 })
  }
  sent()
}

const texts = (datagrams: readonly { readonly to: string; readonly octets: Uint8Array }[]): readonly string[] =>
  datagrams.map(({ to, octets }) => `${to} ${toHex(octets)}`).sort()

describe('a B/IP port does with each datagram of the behaviour vectors exactly what they say', () => {
  it.each(behaviourVectors.map(vector => [vector.name, vector] as const))('%s', (_, vector) => {
    const { context, octets, from, arrival } = vector
    const played = playedUdp()
    const told: IpLinkEvent[] = []
    const { scheduler } = clock()
    ipLink({ udp: played.udp, role: roleOf(context), limits: ipLimits(), scheduler, random: fixedRandom(1) })(
      NEVER,
    ).subscribe(event => told.push(event))
    played.bind(localOf(context.localAddress, 'localBroadcast' in context ? { broadcast: context.localBroadcast } : {}))
    prepare(played, context)

    played.hear(printBipAddress(from), octets, arrival)

    expect(texts(played.sent())).toEqual(texts(vector.send))
    const delivered = told.filter(event => event._tag === 'Npdu').map(({ source }) => source)
    expect(delivered).toEqual(vector.deliverUpSource === undefined ? [] : [vector.deliverUpSource])
    if (vector.registeredAfter !== undefined) {
      const status = told.findLast(event => event._tag === 'Status')?.status
      expect(status?.registration?.state === 'registered').toBe(vector.registeredAfter)
    }
    if (vector.fdtAdds !== undefined) {
      played.hear('192.168.1.50:47808', { _tag: 'Read-Foreign-Device-Table' })
      expect(toHex(played.sent()[0]?.octets ?? new Uint8Array())).toContain(`${vector.fdtAdds.address}003c005a`)
    }
  })
})
