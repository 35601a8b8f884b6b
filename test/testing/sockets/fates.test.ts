import { beforeEach, describe, expect, it } from 'vitest'
import { virtualPaths, type Paths } from '../../../src/testing/paths/paths.js'
import type { TappedDatagram, DatagramFate, VirtualInternet } from '../../../src/testing/index.js'
import { virtualInternet } from '../../../src/testing/sockets/virtual-internet.js'
import { virtualInternet6 } from '../../../src/testing/sockets/virtual-internet6.js'
import { virtualClock, type VirtualClock } from '../../../src/testing/time/virtual-clock.js'
import { ms } from '../../../src/values/duration.js'
import { routeOf, writtenFates } from '../../support/fates.js'
import { at, runPort, type RunningPort } from '../../support/udp-port.js'
import { at6, runPort6 } from '../../support/udp6-port.js'
import type { BipAddress } from '../../../src/values/bip-address.js'
import type { Bip6Address } from '../../../src/values/bip6-address.js'

const [A, B, C] = ['10.0.1.1:47808', '10.0.1.2:47808', '10.0.2.3:47808'] as const
const FAR = '[fd71:0:0:2::1]:47808'
const ALL = '10.0.1.255:47808'

let clock: VirtualClock
let paths: Paths
let internet: VirtualInternet

beforeEach(() => {
  clock = virtualClock()
  paths = virtualPaths({ latency: ms(5) })
  internet = virtualInternet(clock, { paths })
})

const portAt = (bind: string, options = {}): RunningPort => runPort(internet.port({ bind, ...options }))

describe('the fates of a datagram', () => {
  it('are one for each port that it was for, and one when that is nobody', () => {
    const a = portAt(A)
    portAt(B)
    portAt('10.0.1.3:47809')
    const fates = writtenFates(internet.fate$)
    a.send(ALL, 1)
    a.send(C, 2)
    a.send('10.0.1.255:1', 3)
    clock.advance(ms(5))
    expect(fates).toEqual([
      '0 1 10.0.1.1 arrived',
      '5 1 10.0.1.2 arrived',
      '5 2 10.0.2.3 no listener',
      '5 3 10.0.1.255 no listener',
    ])
  })

  it('say why it was not heard', () => {
    const [a, b] = [portAt(A), portAt(B)]
    const fates = writtenFates(internet.fate$)
    const during = (octet: number, to: string, fault: { unsubscribe: () => void }): void => {
      a.send(to, octet)
      fault.unsubscribe()
    }
    during(
      1,
      B,
      internet.lose(() => true),
    )
    during(
      2,
      B,
      internet.failSend(() => 'the network cannot be reached'),
    )
    during(3, ALL, internet.unplug('10.0.1.1'))
    during(4, B, paths.block('*', '10.0.1.2'))
    during(5, B, paths.impair('*', '*', { loss: 1 }))
    during(6, B, paths.impair('*', '*', { rate: 0 }))
    a.send('10.0.1.2:0', 7)
    expect(fates.map(line => line.slice(2))).toEqual([
      '1 10.0.1.2 lost',
      '2 nobody unsent',
      '3 10.0.1.1 unplugged',
      '3 10.0.1.2 unplugged',
      '4 10.0.1.2 blocked',
      '5 10.0.1.2 lost',
      '6 10.0.1.2 rate',
      '7 nobody unsent',
    ])
    a.send(B, 8)
    internet.unplug('10.0.1.2')
    clock.advance(ms(5))
    expect(fates.at(-1)).toBe('5 8 10.0.1.2 unplugged')
    expect(b.heard()).toEqual([])
  })

  it('are the same for a datagram of more octets than there can be', () => {
    const a = portAt(A)
    const fates = writtenFates(internet.fate$)
    a.submit({ to: at(B), octets: new Uint8Array(65_508) })
    expect(fates).toEqual(['0 0 nobody unsent'])
    clock.advance(ms(0))
    expect(a.events).toContainEqual(expect.objectContaining({ _tag: 'Unsent', isUnreachable: false }))
  })

  it('tell a second copy as such, and the datagram as it was sent with both', () => {
    const [tapped, fates]: [TappedDatagram<BipAddress>[], DatagramFate<BipAddress>[]] = [[], []]
    internet.tap$.subscribe(datagram => tapped.push(datagram))
    internet.fate$.subscribe(fate => fates.push(fate))
    internet.nat({ inside: '10.9.0.0', outside: '203.0.113.1' })
    const hidden = portAt('10.9.0.5:47808')
    portAt(C)
    paths.impair('*', '*', { duplication: 1 })
    hidden.send(C, 1)
    hidden.send('10.9.7.7:1', 2)
    internet.inject({ from: at(A), to: at('10.9.0.5:47808'), octets: Uint8Array.of(3) })
    portAt(B).send('10.9.0.5:47808', 4)
    clock.advance(ms(5))
    expect(fates.filter(({ octets }) => octets[0] === 1).map(({ isDuplicate }) => isDuplicate)).toEqual([false, true])
    for (const fate of fates) expect(fate.sent).toBe(tapped.find(({ octets }) => octets[0] === fate.octets[0]))
    expect(fates.filter(({ octets }) => octets[0] === 1).map(routeOf)).toEqual(
      Array.from({ length: 2 }, () => `203.0.113.1:40000 ${C} ${C}`),
    )
    expect(fates.find(({ octets }) => octets[0] === 4)).toMatchObject({
      _tag: 'Lost',
      reason: 'no route',
      by: undefined,
    })
  })

  it('come before what the port does about it', () => {
    const lines: string[] = []
    internet.fate$.subscribe(({ octets }) => lines.push(`fate of ${octets[0]}`))
    portAt(B)
    internet.tap$.subscribe(({ octets }) => lines.push(`sent ${octets[0]}`))
    const a = portAt(A)
    a.subscription.add(internet.fate$.subscribe(({ octets }) => octets[0] === 1 && a.send(B, 2)))
    a.send(B, 1)
    clock.advance(ms(20))
    expect(lines).toEqual(['sent 1', 'fate of 1', 'sent 2', 'fate of 2'])
  })

  it('are a port that has gone meanwhile, or come: a unicast is for who is there, a broadcast for who was', () => {
    const [a, b] = [portAt(A), portAt(B)]
    const fates = writtenFates(internet.fate$)
    a.send(B, 1)
    a.send(ALL, 2)
    b.subscription.unsubscribe()
    const anew = portAt(B)
    clock.advance(ms(5))
    expect(anew.heard()).toEqual([`${A} unicast 1`])
    expect(fates).toEqual(['0 2 10.0.1.1 arrived', '5 1 10.0.1.2 arrived', '5 2 10.0.1.2 no listener'])
  })

  it('are of no port before it has told that it is bound', () => {
    paths = virtualPaths()
    internet = virtualInternet(clock, { paths })
    const fates = writtenFates(internet.fate$)
    internet.inject({ from: at(A), to: at(B), octets: Uint8Array.of(1) })
    const b = portAt(B)
    internet.inject({ from: at(A), to: at(B), octets: Uint8Array.of(2) })
    clock.advance(ms(0))
    expect(b.events.map(({ _tag }) => _tag)).toEqual(['Bound'])
    expect(fates).toEqual(['0 1 10.0.1.2 no listener', '0 2 10.0.1.2 no listener'])
  })

  it('are also those of IPv6: a way that link-local addresses do not have, and what a port has strayed to itself', () => {
    const internet6 = virtualInternet6(clock, { latency: ms(5) })
    const fates: DatagramFate<Bip6Address>[] = []
    internet6.fate$.subscribe(fate => fates.push(fate))
    const moving = runPort6(internet6.port({ bind: '[fd71:0:0:1::1]:47808', movesAlong: true }))
    runPort6(internet6.port({ bind: FAR }))
    moving.send('[ff02::bac0]:47808', 1)
    internet6.move('fd71:0:0:1::1', 'fd71:0:0:1::9')
    internet6.inject({ from: at6('[fe80::9]:1'), to: at6(FAR), octets: Uint8Array.of(2) }, 'fd71:0:0:1::/64')
    clock.advance(ms(5))
    expect(fates.map(fate => fate._tag === 'Lost' && fate.reason)).toEqual(['strayed', 'no route'])
  })
})

describe('what a virtual UDP port leaves behind', () => {
  it('is nothing when it is unsubscribed, whatever was about to be told', () => {
    const a = portAt(A)
    a.send('10.0.1.2:0', 1)
    a.complete()
    expect(clock.pending()).toBe(3)
    a.subscription.unsubscribe()
    expect(clock.pending()).toBe(0)
  })

  it('is what is on its way, until it arrives', () => {
    const [a, b] = [portAt(A), portAt(B)]
    clock.advance(ms(1))
    for (let octet = 0; octet < 100; octet++) a.send(B, octet)
    for (const { subscription } of [a, b]) subscription.unsubscribe()
    const fates = writtenFates(internet.fate$)
    expect(clock.pending()).toBe(1)
    clock.advance(ms(5))
    expect(clock.pending()).toBe(0)
    expect(fates).toHaveLength(100)
    expect(fates[0]).toBe('6 0 10.0.1.2 no listener')
  })
})
