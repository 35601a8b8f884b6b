import { describe, expect, it } from 'vitest'
import { broadcast, unicast, type OutboundNpdu } from '../../src/link/link.js'
import type { Bip6Vmac } from '../../src/values/bip6-vmac.js'
import type { BipAddress } from '../../src/values/bip-address.js'
import { ms, seconds } from '../../src/values/duration.js'
import { bip6 } from '../support/bvll6-vectors.js'
import { bip } from '../support/bvll-vectors.js'
import { bbmdOf, foreignOf, playedPort, READ_PROPERTY, WHO_IS } from '../support/played-port.js'
import { bbmd6Of, foreign6Of, OWN, playedPort6 } from '../support/played-port6.js'
import { roomy } from '../support/roomy.js'
import { toHex } from '../support/vectors.js'

const PEER = bip('192.168.1.50:47808')
const BBMD = '10.0.0.1:47808'
const PEER6 = '[2001:db8::50]:47808'
const BBMD6 = '[2001:db8:1::1]:47808'
const VMAC = '0004d2' as Bip6Vmac

/** What left, as text, so that a header that is changed later cannot hide. */
const textOf = (sent: readonly { readonly to: string; readonly octets: Uint8Array }[]): readonly string[] =>
  sent.map(({ to, octets }) => `${to} ${toHex(octets)}`)

const node = { _tag: 'OrdinaryNode' } as const
const roles = { node, BBMD: bbmdOf(['10.0.0.2:47808', '10.0.0.3:47808']), 'foreign device': foreignOf() }
const roles6 = { node, BBMD: bbmd6Of(['[2001:db8:1::2]:47808']), 'foreign device': foreign6Of() }

describe.each(Object.entries(roles))('a B/IP port that is a %s and is given room in front of an NPDU', (_, role) => {
  const open = () => {
    const port = playedPort(role)
    port.hear(BBMD, { _tag: 'BVLC-Result', code: 0 })
    port.sent()
    return port
  }

  it.each([
    ['unicast', PEER],
    ['broadcast', 'broadcast'],
  ] as const)('sends the same as without it, and copies the NPDU of the first datagram not at all: %s', (_kind, to) => {
    const plain = open()
    plain.submit(to === 'broadcast' ? broadcast(WHO_IS) : unicast(WHO_IS, to))
    const expected = textOf(plain.sent())

    const port = open()
    const given = roomy<BipAddress>(WHO_IS, to)
    port.submit(given.outbound)
    const sent = port.sent()
    expect(textOf(sent)).toEqual(expected)
    expect(sent.map(({ octets }) => given.isIn(octets))).toEqual(sent.map((_datagram, index) => index === 0))
    expect(given.isUnharmed()).toBe(true)
  })
})

describe('a B/IP port', () => {
  it('copies where less room is offered than its header needs, whatever is in front', () => {
    const port = playedPort()
    const given = roomy<BipAddress>(WHO_IS, PEER, { offered: 3, further: 100 })
    port.submit(given.outbound)
    const [datagram] = port.sent()
    expect(toHex(datagram?.octets ?? WHO_IS)).toBe(`810a000c${toHex(WHO_IS)}`)
    expect([given.isIn(datagram?.octets), given.isUnharmed()]).toEqual([false, true])
  })

  it('has no second header in the room for what waits until it is bound', () => {
    const port = playedPort(node, { local: null })
    const given = [roomy<BipAddress>(WHO_IS, PEER), roomy<BipAddress>(READ_PROPERTY, PEER)]
    port.submit(...given.map(({ outbound }) => outbound))
    port.bind()
    const sent = port.sent()
    expect(textOf(sent)).toEqual([`${PEER} 810a000c${toHex(WHO_IS)}`, `${PEER} 810a0011${toHex(READ_PROPERTY)}`])
    expect(given.map(({ isIn }, index) => isIn(sent[index]?.octets))).toEqual([true, true])
  })

  it('gives back the very NPDU, unharmed, when it cannot be sent, now or later', () => {
    const port = playedPort()
    const toSelf = roomy<BipAddress>(WHO_IS, bip('192.168.1.10:47808'))
    const refused = roomy<BipAddress>(WHO_IS, PEER)
    port.submit(toSelf.outbound, refused.outbound)
    port.sent().forEach(datagram => port.refuse(datagram, 'nobody listens there'))
    const dropped = port.toldOf('Dropped').map(({ outbound }) => outbound)
    expect(dropped[0]).toBe(toSelf.outbound)
    expect(dropped[1]).toBe(refused.outbound)
    expect(dropped.map(outbound => (outbound as OutboundNpdu<BipAddress>).npdu)).toEqual([WHO_IS, WHO_IS])
  })

  it('copies a broadcast that it distributes once more: the first may still wait to leave', () => {
    const port = playedPort(foreignOf())
    port.hear(BBMD, { _tag: 'BVLC-Result', code: 0 })
    port.sent()
    const given = roomy<BipAddress>(WHO_IS, 'broadcast')
    port.submit(given.outbound)
    const [first] = port.sent()
    port.hear(BBMD, { _tag: 'BVLC-Result', code: 0x0060 })
    port.hear(BBMD, { _tag: 'BVLC-Result', code: 0 })
    const again = port.sent().find(({ about }) => about === given.outbound)
    expect([first, again].map(datagram => given.isIn(datagram?.octets))).toEqual([true, false])
    expect(again?.octets).toEqual(first?.octets)
  })
})

describe.each(Object.entries(roles6))('a B/IPv6 port that is a %s and is given room in front of an NPDU', (_, role) => {
  const open = () => {
    const port = playedPort6(role)
    port.hear(BBMD6, { _tag: 'BVLC-Result', source: VMAC, code: 0 })
    port.hear(PEER6, { _tag: 'Virtual-Address-Resolution-ACK', source: VMAC, destination: OWN })
    port.hear(PEER6, { _tag: 'Original-Unicast-NPDU', source: VMAC, destination: OWN, npdu: WHO_IS })
    port.sent()
    return port
  }

  it.each([
    ['unicast', VMAC],
    ['broadcast', 'broadcast'],
  ] as const)('sends the same as without it, and copies the NPDU of the first datagram not at all: %s', (_kind, to) => {
    const plain = open()
    plain.submit(to === 'broadcast' ? broadcast(WHO_IS) : unicast(WHO_IS, to))
    const expected = textOf(plain.sent())
    expect(expected[0]).toContain(toHex(WHO_IS))

    const port = open()
    const given = roomy<Bip6Vmac>(WHO_IS, to)
    port.submit(given.outbound)
    const sent = port.sent()
    expect(textOf(sent)).toEqual(expected)
    expect(sent.map(({ octets }) => given.isIn(octets))).toEqual(sent.map((_datagram, index) => index === 0))
    expect(given.isUnharmed()).toBe(true)
  })
})

describe('a B/IPv6 port', () => {
  it('writes no header before it knows where the station is, and then its own VMAC of that time', () => {
    const port = playedPort6(node, { vmac: '400001' as Bip6Vmac })
    const given = roomy<Bip6Vmac>(READ_PROPERTY, VMAC)
    port.submit(given.outbound)
    port.clock.advance(seconds(1))
    port.clock.advance(ms(1))
    expect(port.sent().some(({ octets }) => given.isIn(octets))).toBe(false)
    port.hear(PEER6, { _tag: 'Address-Resolution-ACK', source: VMAC, destination: '400001' as Bip6Vmac })
    const [datagram] = port.sent()
    expect(textOf(datagram === undefined ? [] : [datagram])).toEqual([
      `${bip6(PEER6)} 82010017400001${VMAC}${toHex(READ_PROPERTY)}`,
    ])
    expect([given.isIn(datagram?.octets), given.isUnharmed()]).toEqual([true, true])
  })

  it('gives back the very NPDU, unharmed, when nobody answers for its VMAC', () => {
    const port = playedPort6()
    const given = roomy<Bip6Vmac>(READ_PROPERTY, VMAC)
    port.submit(given.outbound)
    port.clock.advance(seconds(60))
    expect(port.toldOf('Dropped').map(({ outbound }) => outbound === given.outbound)).toEqual([true])
    expect(given.isUnharmed()).toBe(true)
  })
})
