import { describe, expect, it } from 'vitest'
import { bbmd6, foreignDevice6 } from '../../src/index.js'
import { ms, seconds } from '../../src/values/duration.js'
import type { Bip6Vmac } from '../../src/values/bip6-vmac.js'
import { encodeBvll6 } from '../../src/wire/bvll6-encode.js'
import type { Bvll6Message } from '../../src/wire/bvll6.js'
import { bip6 } from '../support/bvll6-vectors.js'
import { BBMD1, BBMD2, twoDomains, vmacOf } from '../support/ip6-domains.js'
import { ip6Lab, type Ip6Lab, type RunningIp6Port } from '../support/ip6-lab.js'
import { WHO_IS, numbered } from '../support/npdu.js'

const GROUP = bip6('[ff02::bac0]:47808')

/** A node that does not stop, played by a stranger on link 1. */
const STORMY = '[fd71:0:0:1::66]:47808'
const vmac = (number: number): Bip6Vmac => number.toString(16).padStart(6, '0') as Bip6Vmac

const flood = (
  lab: Ip6Lab,
  to: string,
  times: number,
  message: (number: number) => Bvll6Message,
  from = STORMY,
): void => {
  for (let number = 0; number < times; number++) {
    lab.network.inject({ from: bip6(from), to: bip6(to), octets: encodeBvll6(message(number)) })
  }
}

const counters = (port: RunningIp6Port) => {
  port.submit({ _tag: 'ReadCounters' })
  return port.told('Counters').at(-1)?.counters
}

/** Two domains with a node each, and BBMDs of which the first sends no more than so many copies for one address. */
const bounded = () => {
  const lab = ip6Lab()
  const policy = { copiesPerAddress: { burst: 100, perSecond: 50 } }
  const bbmd1 = lab.port('fd71:0:0:1::1', { deviceInstance: 0x1001, role: bbmd6({ bdt: [BBMD2], policy }) })
  const bbmd2 = lab.port('fd71:0:0:2::1', { deviceInstance: 0x2001, role: bbmd6({ bdt: [BBMD1] }) })
  const node = lab.port('fd71:0:0:1::7', { deviceInstance: 0x1007 })
  const far = lab.port('fd71:0:0:2::7', { deviceInstance: 0x2007 })
  lab.advance(ms(1))
  return { lab, bbmd1, bbmd2, node, far }
}

describe('a storm of broadcasts in one domain', () => {
  it('leaves it in so many copies a second, and the rest is counted; others are heard all the same', () => {
    const { lab, bbmd1, bbmd2, node, far } = bounded()
    const storm: Bvll6Message = { _tag: 'Original-Broadcast-NPDU', source: vmac(0x66), npdu: WHO_IS }
    for (let second = 0; second < 4; second++) {
      flood(lab, '[ff02::bac0]:47808', 300, () => storm)
      lab.advance(seconds(1))
    }
    expect(node.told('Npdu')).toHaveLength(4 * 300)
    expect(far.told('Npdu')).toHaveLength(100 + 3 * 50)
    expect(counters(bbmd1)?.discarded).toEqual({ 'address broadcasts too much': 4 * 300 - 250 })
    // One word a second, however many they were.
    expect(bbmd1.told('Discarded').length).toBeLessThanOrEqual(6)
    node.broadcast(numbered(1))
    lab.advance(ms(20))
    const heard = [vmacOf(node)]
    expect(lab.hearers(numbered(1))).toEqual({ [bbmd1.name]: heard, [bbmd2.name]: heard, [far.name]: heard })
  })
})

describe('a storm of questions in one domain', () => {
  it('leaves it in so many copies a second, and questions of others are answered all the same', () => {
    const { lab, bbmd1, node, far } = bounded()
    for (let second = 0; second < 3; second++) {
      flood(lab, '[ff02::bac0]:47808', 300, number => ({
        _tag: 'Address-Resolution',
        source: vmac(0x66),
        target: vmac(0x100000 + number),
      }))
      lab.advance(seconds(1))
    }
    const relayed = lab.sent().filter(({ octets }) => octets[1] === 0x04)
    // Each goes to the other BBMD, which multicasts it.
    expect(relayed).toHaveLength(2 * (100 + 2 * 50))
    expect(counters(bbmd1)?.discarded).toEqual({ 'address broadcasts too much': 3 * 300 - 200 })
    node.unicast(numbered(1), vmacOf(far))
    lab.advance(ms(20))
    expect(lab.hearers(numbered(1))).toEqual({ [far.name]: [vmacOf(node)] })
  })

  it('for a VMAC that is there is answered so often and not more, and its owner still answers others', () => {
    const { lab, a, b } = twoDomains()
    const perSecond = 5_000 / 10
    for (let second = 0; second < 3; second++) {
      flood(lab, '[ff02::bac0]:47808', 2500, () => ({
        _tag: 'Address-Resolution',
        source: vmac(0x66),
        target: '001007' as Bip6Vmac,
      }))
      lab.advance(seconds(1))
    }
    const answers = lab.sent().filter(({ from, octets }) => from === bip6(`[${a.name}]:47808`) && octets[1] === 0x05)
    expect(answers).toHaveLength(20_000 / 10 + 2 * perSecond)
    expect(counters(a)?.discarded).toMatchObject({ 'address asks too often': expect.any(Number) as number })
    b.unicast(numbered(1), '001007')
    lab.advance(ms(20))
    expect(a.heard(numbered(1))).toEqual(['002007'])
  })

  it('that is forged for somebody who never asked hits him with no more than that', () => {
    const { lab } = twoDomains()
    const VICTIM = '[fd71:0:0:7::7]:47808'
    flood(
      lab,
      BBMD1,
      3_000,
      number => ({ _tag: 'Address-Resolution', source: vmac(0x77), target: vmac(0x100000 + number) }),
      VICTIM,
    )
    flood(lab, BBMD1, 3_000, () => ({ _tag: 'Virtual-Address-Resolution', source: vmac(0x77) }), VICTIM)
    flood(lab, BBMD1, 3_000, () => ({ _tag: 'Register-Foreign-Device', source: vmac(0x77), ttl: 0 }), VICTIM)
    lab.sent()
    lab.advance(ms(20))
    const hit = lab.sent().filter(({ to }) => to === bip6(VICTIM))
    expect(hit.length).toBeGreaterThan(0)
    expect(hit.reduce((sum, { octets }) => sum + octets.length, 0)).toBeLessThanOrEqual(20_000)
    // Nobody else is asked anything because of him.
    expect(lab.hearers(WHO_IS)).toEqual({})
  })
})

describe('a storm of VMACs', () => {
  it('fills no cache beyond its bound, and a station that speaks again is known again', () => {
    const lab = ip6Lab()
    const node = lab.port('fd71:0:0:1::7', { deviceInstance: 0x1007, limits: { maxVmacs: 100 } })
    const other = lab.port('fd71:0:0:1::8', { deviceInstance: 0x1008 })
    lab.advance(ms(1))
    other.broadcast(numbered(1))
    lab.advance(ms(2))
    for (let number = 0; number < 1000; number++) {
      const message: Bvll6Message = { _tag: 'Original-Broadcast-NPDU', source: vmac(0x10000 + number), npdu: WHO_IS }
      const from = bip6(`[fd71:0:0:1::1:${number.toString(16)}]:47808`)
      lab.network.inject({ from, to: GROUP, octets: encodeBvll6(message) })
    }
    lab.advance(ms(2))
    node.submit({ _tag: 'ReadVmacCache' })
    expect(node.told('VmacCache').at(-1)?.entries).toHaveLength(100)
    lab.sent()
    node.unicast(numbered(2), vmacOf(other))
    lab.advance(ms(5))
    expect(other.heard(numbered(2))).toEqual([vmacOf(node)])
    expect(lab.sent()).toHaveLength(3)
  })

  it('that an application sends to asks for no more than so many at once, and gives all back', () => {
    const { lab, a } = twoDomains()
    for (let number = 0; number < 3000; number++) a.unicast(numbered(number), vmac(0x100000 + number))
    lab.advance(ms(900))
    // Itself, the BBMD of its domain, and that of the other one, which multicasts it.
    expect(lab.sent()).toHaveLength(3 * 1024)
    lab.advance(seconds(5))
    const reasons = a.told('Dropped').map(({ reason }) => reason)
    expect(reasons).toHaveLength(3000)
    expect(reasons.filter(reason => reason === 'too many VMACs are asked for')).toHaveLength(3000 - 1024)
    expect(reasons.filter(reason => reason === 'nobody answered for its VMAC')).toHaveLength(1024)
  })
})

describe('a storm of registrations', () => {
  it('leaves room for those who are registered, and one host has no more than its share', () => {
    const { lab, a, bbmd1 } = twoDomains()
    const device = lab.port('fd71:0:0:9::7', { deviceInstance: 0x9007, role: foreignDevice6({ bbmd: BBMD1, ttl: 20 }) })
    lab.advance(ms(10))
    for (let second = 0; second < 60; second++) {
      for (let port = 0; port < 50; port++) {
        const from = `[fd71:0:0:${80 + (port % 10)}::1]:${1000 + port + second}`
        flood(lab, BBMD1, 1, () => ({ _tag: 'Register-Foreign-Device', source: vmac(port), ttl: 65535 }), from)
      }
      lab.advance(seconds(1))
    }
    bbmd1.submit({ _tag: 'ReadTables' })
    expect(bbmd1.told('Tables').at(-1)?.fdt).toHaveLength(128)
    a.broadcast(numbered(1))
    lab.advance(ms(20))
    expect(device.heard(numbered(1))).toEqual(['001007'])
    expect(device.told('Status').map(({ status }) => status.registration?.state)).toEqual([
      'unregistered',
      'unregistered',
      'registered',
    ])
  })
})
