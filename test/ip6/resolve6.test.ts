import { describe, expect, it } from 'vitest'
import type { Resolve6 } from '../../src/ip6/ip6-link.js'
import type { Bip6Vmac } from '../../src/values/bip6-vmac.js'
import { ms, seconds } from '../../src/values/duration.js'
import type { Bvll6Message } from '../../src/wire/bvll6.js'
import { bip6 } from '../support/bvll6-vectors.js'
import { unicast } from '../../src/link/link.js'
import { WHO_IS } from '../support/played-port.js'
import { foreign6Of, GROUP, OWN, playedPort6 } from '../support/played-port6.js'

const SELF = '[2001:db8::10]:47808'
const PEER = '[2001:db8::50]:47808'
const OTHER = '[2001:db8::51]:47808'
const PEER_VMAC = '0004d2' as Bip6Vmac
const CHANCE = '400001' as Bip6Vmac

const where: Resolve6 = { _tag: 'Resolve', vmac: PEER_VMAC }
const who: Resolve6 = { _tag: 'ResolveVirtual', address: bip6(PEER) }
const found = { _tag: 'Resolved', vmac: PEER_VMAC, address: bip6(PEER) }

const asks: Bvll6Message = { _tag: 'Address-Resolution', source: OWN, target: PEER_VMAC }
const asksWho: Bvll6Message = { _tag: 'Virtual-Address-Resolution', source: OWN }
const answer = (_tag: 'Address-Resolution-ACK' | 'Virtual-Address-Resolution-ACK'): Bvll6Message => ({
  _tag,
  source: PEER_VMAC,
  destination: OWN,
})

describe('a B/IPv6 port that is asked where a VMAC is', () => {
  it('asks its domain, and tells', () => {
    const port = playedPort6()
    port.submit(where)
    expect(port.says()).toEqual([[GROUP, asks]])
    port.hear(PEER, answer('Address-Resolution-ACK'))
    expect(port.toldOf('Resolved')).toEqual([found])
  })

  it('tells at once what it knows', () => {
    const port = playedPort6()
    port.hear(PEER, { _tag: 'Original-Broadcast-NPDU', source: PEER_VMAC, npdu: WHO_IS })
    port.submit(where, who)
    expect(port.says()).toEqual([])
    expect(port.toldOf('Resolved')).toEqual([found, found])
  })

  it('asks once, whatever else waits for that, and does all in its order', () => {
    const port = playedPort6()
    port.submit(unicast(WHO_IS, PEER_VMAC), where)
    expect(port.says()).toHaveLength(1)
    port.hear(PEER, answer('Address-Resolution-ACK'))
    expect(port.says()).toHaveLength(1)
    expect(port.toldOf('Resolved')).toEqual([found])
  })

  it('gives the question back when nobody answers', () => {
    const port = playedPort6()
    port.submit(where)
    port.clock.advance(seconds(4))
    expect(port.toldOf('Dropped')).toEqual([
      { _tag: 'Dropped', reason: 'nobody answered for its VMAC', outbound: where },
    ])
  })

  it('waits until it has a VMAC to ask from', () => {
    const port = playedPort6({ _tag: 'OrdinaryNode' }, { vmac: CHANCE })
    port.says()
    port.submit(where, who)
    expect(port.says()).toEqual([])
    port.clock.advance(seconds(1))
    expect(port.says()).toEqual([
      [GROUP, { ...asks, source: CHANCE }],
      [PEER, { ...asksWho, source: CHANCE }],
    ])
  })
})

describe('a B/IPv6 port that is asked which VMAC is somewhere', () => {
  it('asks there, and tells; it knows where that VMAC is then', () => {
    const port = playedPort6()
    port.submit(who)
    expect(port.says()).toEqual([[PEER, asksWho]])
    port.hear(PEER, answer('Virtual-Address-Resolution-ACK'))
    expect(port.toldOf('Resolved')).toEqual([found])
    port.submit(unicast(WHO_IS, PEER_VMAC))
    expect(port.says().map(([to, { _tag }]) => [to, _tag])).toEqual([[PEER, 'Original-Unicast-NPDU']])
  })

  it('asks there also as a foreign device, past its BBMD', () => {
    const port = playedPort6(foreign6Of())
    port.says()
    port.submit(who)
    expect(port.says()).toEqual([[PEER, asksWho]])
  })

  it('believes nobody else', () => {
    const port = playedPort6()
    port.submit(who)
    port.hear(OTHER, answer('Virtual-Address-Resolution-ACK'))
    expect(port.toldOf('Resolved')).toEqual([])
  })

  it('asks three times in all, and gives the question back after 4 s', () => {
    const port = playedPort6()
    port.submit(who)
    port.clock.advance(ms(3999))
    expect(port.says()).toEqual([1, 2, 3].map(() => [PEER, asksWho]))
    port.clock.advance(ms(1))
    expect(port.toldOf('Dropped')).toEqual([
      { _tag: 'Dropped', reason: 'nobody answered at that address', outbound: who },
    ])
    expect(port.clock.running()).toBe(0)
  })

  it('gives the question back when it is refused', () => {
    const port = playedPort6()
    port.submit(who)
    port.told()
    const refusal: Bvll6Message = { _tag: 'BVLC-Result', source: PEER_VMAC, code: 0x0060 }
    port.hear(OTHER, { ...refusal, source: CHANCE })
    expect(port.toldOf('Dropped')).toEqual([])
    port.submit({ ...who })
    port.hear(PEER, { _tag: 'BVLC-Result', source: OWN, code: 0x0060 })
    expect(port.toldOf('Dropped').map(({ reason }) => reason)).toEqual(['it does not say', 'it does not say'])
  })
})

it.each<readonly [string, Resolve6]>([
  ['that is its own VMAC', { _tag: 'Resolve', vmac: OWN }],
  ['that is no VMAC', { _tag: 'Resolve', vmac: '4D2' as Bip6Vmac }],
  ['that is its own address', { _tag: 'ResolveVirtual', address: bip6(SELF) }],
  ['that is no station', { _tag: 'ResolveVirtual', address: bip6(GROUP) }],
  ['that is no station', { _tag: 'ResolveVirtual', address: PEER as never }],
])('a B/IPv6 port gives back a question that is none: %s', (reason, outbound) => {
  const port = playedPort6()
  port.told()
  port.submit(outbound)
  expect(port.told()).toEqual([{ _tag: 'Dropped', reason, outbound }])
  expect(port.says()).toEqual([])
})
