import { of, VirtualTimeScheduler } from 'rxjs'
import { beforeEach, describe, expect, it } from 'vitest'
import type { TappedDatagram, VirtualInternet6 } from '../../../src/testing/index.js'
import { virtualInternet6 } from '../../../src/testing/sockets/virtual-internet6.js'
import { printBip6Address } from '../../../src/values/bip6-address.js'
import { ms } from '../../../src/values/duration.js'
import { at6, runPort6, type RunningPort6 } from '../../support/udp6-port.js'
import type { Bip6Address } from '../../../src/values/bip6-address.js'

let scheduler: VirtualTimeScheduler
let internet: VirtualInternet6

beforeEach(() => {
  scheduler = new VirtualTimeScheduler()
  internet = virtualInternet6(scheduler)
})

const portAt = (bind: string, options = {}): RunningPort6 => runPort6(internet.port({ bind, ...options }))
const octets = Uint8Array.of(9)

const OFFICE = 'fd71:0:0:1::/64'
const PLANT = 'fd71:0:0:2::/64'
const A = '[fd71:0:0:1::1]:47808'
const B = '[fd71:0:0:1::2]:47808'
const C = '[fd71:0:0:2::3]:47808'
const GROUP = '[ff02::bac0]:47808'
const WIDE = { group: 'ff05::bac0' }
const WIDE_GROUP = '[ff05::bac0]:47808'

describe('a virtual IPv6 internet', () => {
  it('carries unicasts between links, and multicasts within one, back to who sent them as well', () => {
    const [a, b, c] = [portAt(A), portAt(B), portAt(C)]
    a.send(C, 1)
    a.send(GROUP, 2)
    expect(c.heard(), 'within the call').toEqual([])
    scheduler.flush()
    expect(c.heard()).toEqual([`${A} unicast 1`])
    expect(b.heard()).toEqual([`${A} broadcast 2`])
    expect(a.heard()).toEqual([`${A} broadcast 2`])
  })

  it('takes its time, and gives each who hears octets of his own', () => {
    internet = virtualInternet6(scheduler, { latency: ms(20) })
    const [a, b] = [portAt(A), portAt(B)]
    const sent = Uint8Array.of(1)
    a.submit({ to: at6(GROUP), octets: sent })
    sent[0] = 7
    scheduler.maxFrames = 19
    scheduler.flush()
    expect(b.heard()).toEqual([])
    scheduler.maxFrames = 20
    scheduler.flush()
    for (const event of a.events) if (event._tag === 'Received') event.octets[0] = 8
    expect(b.heard()).toEqual([`${A} broadcast 1`])
  })

  it('carries a multicast to the ports of its group and number only', () => {
    const a = portAt(A)
    const strangers = [portAt('[fd71:0:0:1::2]:47809'), portAt('[fd71:0:0:1::3]:47808', WIDE)]
    a.send(GROUP, 1)
    a.send(WIDE_GROUP, 2)
    scheduler.flush()
    expect(strangers.map(port => port.heard())).toEqual([[], [`${A} broadcast 2`]])
    expect(a.heard()).toEqual([`${A} broadcast 1`])
  })

  it('carries multicasts of a wide group through a site, those of a host not even over its link', () => {
    internet = virtualInternet6(scheduler, { sites: { campus: [OFFICE, PLANT] } })
    const [a, b, c] = [A, B, C].map(bind => portAt(bind, WIDE)) as [RunningPort6, RunningPort6, RunningPort6]
    const street = portAt('[fd71:0:0:3::4]:47808', WIDE)
    const inner = portAt('[fd71:0:0:1::1]:47809', { group: 'ff01::bac0' })
    const outer = portAt('[fd71:0:0:1::2]:47809', { group: 'ff01::bac0' })
    a.send(WIDE_GROUP, 1)
    inner.send('[ff01::bac0]:47809', 2)
    scheduler.flush()
    for (const { heard } of [a, b, c]) expect(heard()).toEqual([`${A} broadcast 1`])
    expect(street.heard()).toEqual([])
    expect(inner.heard()).toEqual(['[fd71:0:0:1::1]:47809 broadcast 2'])
    expect(outer.heard()).toEqual([])
  })

  it('knows link-local addresses on their link only', () => {
    internet = virtualInternet6(scheduler, { sites: { campus: [OFFICE, PLANT] } })
    const near = portAt('[fe80::5]:47808', { link: OFFICE, ...WIDE })
    const far = portAt('[fe80::5]:47808', { link: PLANT, ...WIDE })
    const [a, c] = [portAt(A, WIDE), portAt(C, WIDE)]
    a.send('[fe80::5]:47808', 1)
    near.send(A, 2)
    near.send(C, 3)
    near.send(WIDE_GROUP, 4)
    scheduler.flush()
    expect(near.heard()).toEqual([`${A} unicast 1`, '[fe80::5]:47808 broadcast 4'])
    expect(far.heard()).toEqual([])
    expect(a.heard()).toEqual(['[fe80::5]:47808 unicast 2', '[fe80::5]:47808 broadcast 4'])
    expect(c.heard()).toEqual([])
  })

  it('says how a datagram came only at a port on one address', () => {
    const a = portAt(A)
    const all = portAt(B, { isWildcard: true, linkLocal: 'fe80::2' })
    a.send(B, 1)
    a.send('[fe80::2]:47808', 2)
    a.send(GROUP, 3)
    scheduler.flush()
    expect(all.heard()).toEqual([`${A} unknown 1`, `${A} unknown 2`, `${A} unknown 3`])
  })

  it('lets a port on all addresses send from the one that is nearest to the destination', () => {
    const all = portAt(A, { isWildcard: true, linkLocal: 'fe80::1' })
    const near = portAt('[fe80::2]:47808', { link: OFFICE })
    const b = portAt(B)
    all.send(B, 1)
    all.send(GROUP, 2)
    all.send('[fe80::2]:47808', 3)
    scheduler.flush()
    expect(b.heard()).toEqual([`${A} unicast 1`, '[fe80::1]:47808 broadcast 2'])
    expect(near.heard()).toEqual(['[fe80::1]:47808 broadcast 2', '[fe80::1]:47808 unicast 3'])
    expect(all.heard()).toEqual(['[fe80::1]:47808 unknown 2'])
    for (const event of all.events) if (event._tag === 'Received') expect(all.local().own).toContain(event.source)
  })

  it('tells a port what it is bound to', () => {
    const one = portAt('[fd71:0:0:1::1]:0', WIDE)
    const other = portAt('[fd71:0:0:1::1]:0')
    scheduler.flush()
    expect(one.local()).toMatchObject({
      address: at6('[fd71:0:0:1::1]:49152'),
      own: new Set([at6('[fd71:0:0:1::1]:49152')]),
      group: at6('[ff05::bac0]:49152'),
      isWildcard: false,
    })
    expect(other.name()).toBe('[fd71:0:0:1::1]:49153')
  })

  it('errors for a port in use, and frees it at the end', () => {
    const one = portAt(A, { isWildcard: true, linkLocal: 'fe80::1' })
    expect(portAt(A).end()).toMatchObject({ code: 'EADDRINUSE', message: `bind EADDRINUSE ${A}` })
    expect(portAt('[fe80::1]:47808', { link: OFFICE }).end()).toMatchObject({ code: 'EADDRINUSE' })
    expect(portAt('[fe80::1]:47808', { link: PLANT }).end()).toBeUndefined()
    one.complete()
    scheduler.flush()
    expect(one.end()).toBe('completed')
    expect(portAt(A).end()).toBeUndefined()
    expect(portAt('[fe80::1]:47808', { link: OFFICE }).end()).toBeUndefined()
  })

  it('gives a host another address, which only its ports that move along take', () => {
    const all = portAt(A, { movesAlong: true })
    const stays = portAt('[fd71:0:0:1::1]:47809')
    const b = portAt(B)
    scheduler.flush()
    internet.move('fd71:0:0:1::1', 'fd71:0:0:1::9')
    expect(all.events.map(({ _tag }) => _tag)).toEqual(['Bound', 'Bound'])
    expect(all.name()).toBe('[fd71:0:0:1::9]:47808')
    expect(stays.events).toHaveLength(1)
    all.send(GROUP, 1)
    b.send(A, 2)
    scheduler.flush()
    expect(b.heard()).toEqual(['[fd71:0:0:1::9]:47808 broadcast 1'])
    expect(all.heard()).toEqual(['[fd71:0:0:1::9]:47808 broadcast 1'])
    expect(all.local()).toMatchObject({ isWildcard: false, own: new Set([at6('[fd71:0:0:1::9]:47808')]) })
    const beside = portAt('[fd71:0:0:1::2]:47809', { isWildcard: true })
    expect(() => internet.move('fd71:0:0:1::9', 'fd71:0:0:1::2')).toThrow(`bind EADDRINUSE ${B}`)
    internet.move('fd71:0:0:1::2', 'fd71:0:0:1::2')
    expect([all.name(), beside.name()]).toEqual(['[fd71:0:0:1::9]:47808', '[fd71:0:0:1::2]:47809'])
    all.subscription.unsubscribe()
    expect(portAt('[fd71:0:0:1::9]:47808').end()).toBeUndefined()
  })
})

describe('a port that moves along', () => {
  it('does not take for a stranger what it sent before, and hears who has its address then', () => {
    internet = virtualInternet6(scheduler, { latency: ms(20) })
    const [moving, b] = [portAt(A, { movesAlong: true }), portAt(B)]
    scheduler.flush()
    moving.send(GROUP, 1)
    internet.move('fd71:0:0:1::1', 'fd71:0:0:1::9')
    scheduler.flush()
    expect(b.heard()).toEqual([`${A} broadcast 1`])
    expect(moving.heard()).toEqual([])
    expect(moving.events).toContainEqual({ _tag: 'Strayed', reason: 'own datagram from its former address' })
    portAt(A).send(GROUP, 2)
    scheduler.flush()
    expect(moving.heard()).toEqual([`${A} broadcast 2`])
  })
})

describe('what goes wrong on a virtual IPv6 internet', () => {
  it('is what a test says: lost datagrams, refused ones, a host without a cable, each until it ends', () => {
    const [a, b, c] = [portAt(A), portAt(B, { isWildcard: true, linkLocal: 'fe80::2' }), portAt(C)]
    const faults = [
      internet.lose(({ to }) => to === at6(B)),
      internet.failSend(({ to }) => (to === at6(C) ? 'the network cannot be reached' : undefined)),
      internet.unplug('fe80::2'),
    ]
    a.send(B, 1)
    a.send(C, 2)
    a.send(GROUP, 3)
    b.send(A, 4)
    scheduler.flush()
    expect([b.heard(), c.heard()]).toEqual([[], []])
    expect(a.heard()).toEqual([`${A} broadcast 3`])
    expect(a.unsent()).toEqual(['the network cannot be reached'])
    for (const fault of faults) fault.unsubscribe()
    a.send(B, 5)
    a.send(C, 6)
    scheduler.flush()
    expect([b.heard(), c.heard()]).toEqual([[`${A} unknown 5`], [`${A} unicast 6`]])
  })

  it('is a datagram that no socket would send', () => {
    const a = portAt(A)
    a.send('[fd71:0:0:1::2]:0', 1)
    a.submit({ to: at6(B), octets: new Uint8Array(65_528) })
    a.complete()
    scheduler.flush()
    expect(a.unsent()).toEqual(['there is no port 0', 'the datagram is too long'])
    expect(a.end()).toBe('completed')
  })

  it('is a stranger who says he is somebody else', () => {
    const [a, c] = [portAt(A), portAt(C)]
    internet.inject({ from: at6(A), to: at6(A), octets })
    internet.inject({ from: at6('[2001:db8::9]:1'), to: at6(GROUP), octets }, PLANT)
    internet.inject({ from: at6('[fe80::9]:1'), to: at6(A), octets }, OFFICE)
    scheduler.flush()
    expect(a.heard()).toEqual([`${A} unicast 9`, '[fe80::9]:1 unicast 9'])
    expect(c.heard()).toEqual(['[2001:db8::9]:1 broadcast 9'])
  })

  it('is seen by a tap, lost or not', () => {
    const tapped: TappedDatagram<Bip6Address>[] = []
    internet.tap$.subscribe(datagram => tapped.push(datagram))
    internet.lose(() => true)
    scheduler.schedule(() => {
      of({ to: at6(B), octets })
        .pipe(internet.port({ bind: A }))
        .subscribe()
      internet.inject({ from: at6(C), to: at6(A), octets })
    }, 5)
    scheduler.flush()
    expect(tapped.map(({ at, from, to }) => `${at} ${printBip6Address(from)} ${printBip6Address(to)}`)).toEqual([
      `5 ${A} ${B}`,
      `5 ${C} ${A}`,
    ])
  })

  it('is an address that a test has written wrongly', () => {
    expect(portAt('[fd71::g]:47808').end()).toMatchObject({ message: expect.stringMatching(/fd71::g/) as string })
    expect(portAt(A, { group: 'fd71::1' }).end()).toMatchObject({ message: expect.stringMatching(/fd71::1/) as string })
    expect(portAt('[fe80::1]:47808').end()).toMatchObject({ message: 'on which link is fe80::1?' })
    expect(() => internet.unplug('here')).toThrow("'here'")
  })
})
