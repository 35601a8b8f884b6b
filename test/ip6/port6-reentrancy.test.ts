import { Subject, take } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { ip6Limits } from '../../src/ip6/ip6-limits.js'
import type { Ip6Outbound } from '../../src/ip6/ip6-link.js'
import type { Ip6Role } from '../../src/ip6/ip6-role.js'
import type { Ip6UdpEvent } from '../../src/ip6/ip6-udp.js'
import { ip6Link } from '../../src/ip6/port6.js'
import { broadcast, unicast } from '../../src/link/link.js'
import { fixedRandom } from '../../src/testing/chance/fixed-random.js'
import type { Bip6Vmac } from '../../src/values/bip6-vmac.js'
import { seconds } from '../../src/values/duration.js'
import { encodeBvll6 } from '../../src/wire/bvll6-encode.js'
import type { Bvll6Message } from '../../src/wire/bvll6.js'
import { clock } from '../machine/clock.js'
import { bip6 } from '../support/bvll6-vectors.js'
import { I_AM } from '../support/npdu.js'
import { WHO_IS } from '../support/played-port.js'
import { bbmd6Of, foreign6Of, GROUP, OWN, playedPort6 } from '../support/played-port6.js'

const SELF = '[2001:db8::10]:47808'
const PEER = '[2001:db8::50]:47808'
const OTHER = '[2001:db8::51]:47808'

const PEER_VMAC = '0004d2' as Bip6Vmac
const NEW_VMAC = '000009' as Bip6Vmac
const CHANCE = '400001' as Bip6Vmac

const ask = (target: Bip6Vmac, source: Bip6Vmac): Bvll6Message => ({ _tag: 'Address-Resolution', source, target })
const heardFrom = (source: Bip6Vmac): Bvll6Message => ({ _tag: 'Original-Broadcast-NPDU', source, npdu: WHO_IS })

/** Has a port live through much, until it has told so much; whether it did. Nothing runs then. */
const unsubscribedAfter = (count: number, role: Ip6Role, vmac: Bip6Vmac): boolean => {
  const { scheduler, running, advance } = clock()
  const event$ = new Subject<Ip6UdpEvent<Ip6Outbound>>()
  const outbound$ = new Subject<Ip6Outbound>()
  const link = ip6Link({ udp: () => event$, role, vmac, limits: ip6Limits(), scheduler, random: fixedRandom(1) })
  link(outbound$).pipe(take(count)).subscribe()
  const bind = (address = bip6(SELF)): void =>
    event$.next({
      _tag: 'Bound',
      local: { address, own: new Set([address]), group: bip6(GROUP), isWildcard: false, receiveBuffer: 1 << 20 },
    })
  const hear = (message: Bvll6Message, source = PEER): void =>
    event$.next({ _tag: 'Received', source: bip6(source), octets: encodeBvll6(message), arrival: 'unicast' })
  const steps = [
    () => bind(),
    () => outbound$.next(unicast(WHO_IS, NEW_VMAC)),
    () => hear({ _tag: 'Register-Foreign-Device', source: PEER_VMAC, ttl: 60 }),
    () => hear(ask(OWN, PEER_VMAC), OTHER),
    () => hear(heardFrom(vmac)),
    () => bind(bip6(OTHER)),
    () => advance(seconds(5)),
    () => hear({ _tag: 'BVLC-Result', source: PEER_VMAC, code: 0 }, '[2001:db8:1::1]:47808'),
    () => outbound$.next({ _tag: 'SetRole', role: foreign6Of() }),
    () => outbound$.next({ _tag: 'SetVmac', vmac: NEW_VMAC }),
    () => outbound$.next({ _tag: 'SetRole', role: bbmd6Of() }),
    () => hear({ _tag: 'Register-Foreign-Device', source: OWN, ttl: 60 }, '[2001:db8::60]:47808'),
    () => advance(seconds(400)),
  ]
  for (const [index, step] of steps.entries()) {
    step()
    if (event$.observed) continue
    expect(running(), `after event ${count}, in step ${index}`).toBe(0)
    return true
  }
  return false
}

describe('a B/IPv6 port and whoever acts on what it tells', () => {
  it('becomes what it was last told to be, also by somebody who hears that it becomes something else', () => {
    const port = playedPort6()
    port.told()
    port.onEvent(event => {
      if (event._tag === 'Status' && event.status.role === 'ForeignDevice')
        port.submit({ _tag: 'SetRole', role: bbmd6Of() })
    })
    port.submit({ _tag: 'SetRole', role: foreign6Of() })
    expect(port.toldOf('Status').at(-1)?.status.role).toBe('Bbmd')
    expect(port.says().map(([, { _tag }]) => _tag)).toEqual([
      'Register-Foreign-Device',
      'Delete-Foreign-Device-Table-Entry',
    ])
  })

  it('sends what waits for a VMAC before what is submitted by somebody who hears that it is known now', () => {
    const port = playedPort6()
    port.submit(unicast(I_AM, PEER_VMAC))
    port.says()
    port.onEvent(event => {
      if (event._tag === 'VmacCacheChanged') port.submit(unicast(WHO_IS, PEER_VMAC))
    })
    port.hear(PEER, heardFrom(PEER_VMAC))
    expect(port.says().map(([, message]) => 'npdu' in message && message.npdu)).toEqual([I_AM, WHO_IS])
  })

  it('sends what waits for an own VMAC before what is submitted by somebody who hears that it has one', () => {
    const port = playedPort6({ _tag: 'OrdinaryNode' }, { vmac: CHANCE })
    port.submit(broadcast(I_AM))
    port.says()
    port.onEvent(event => {
      if (event._tag === 'Status' && event.status.vmac !== undefined) port.submit(broadcast(WHO_IS))
    })
    port.clock.advance(seconds(1))
    expect(port.says().map(([, message]) => 'npdu' in message && message.npdu)).toEqual([I_AM, WHO_IS])
  })

  it('sends what is submitted by somebody who answers an NPDU and then ends', () => {
    const port = playedPort6()
    port.onEvent(event => {
      if (event._tag !== 'Npdu') return
      port.submit(broadcast(I_AM))
      port.end()
    })
    port.hear(PEER, heardFrom(PEER_VMAC))
    expect(port.says().map(([, message]) => 'npdu' in message && message.npdu)).toEqual([I_AM])
  })

  it.each<readonly [string, Ip6Role]>([
    ['OrdinaryNode', { _tag: 'OrdinaryNode' }],
    ['ForeignDevice', foreign6Of()],
    ['Bbmd', bbmd6Of([PEER])],
  ])('leaves nothing running as %s whichever event makes its user unsubscribe', (_, role) => {
    for (const vmac of [OWN, CHANCE]) {
      let count = 1
      while (unsubscribedAfter(count, role, vmac)) count++
      expect(count).toBeGreaterThan(10)
    }
  })
})
