import { beforeEach, describe, expect, it } from 'vitest'
import { virtualPaths, type Paths } from '../../../src/testing/paths/paths.js'
import { fixedRandom } from '../../../src/testing/chance/fixed-random.js'
import type { VirtualInternet } from '../../../src/testing/index.js'
import { virtualInternet } from '../../../src/testing/sockets/virtual-internet.js'
import { virtualInternet6 } from '../../../src/testing/sockets/virtual-internet6.js'
import { virtualClock, type VirtualClock } from '../../../src/testing/time/virtual-clock.js'
import { ms } from '../../../src/values/duration.js'
import { writtenFates } from '../../support/fates.js'
import { at, runPort, type RunningPort } from '../../support/udp-port.js'
import { runPort6 } from '../../support/udp6-port.js'

const NAMES: Readonly<Record<string, string>> = {
  '10.0.1.1': 'pump',
  '10.0.1.2': 'fan',
  '10.0.2.3': 'valve',
  '10.9.0.5': 'hidden',
  'fd71:0:0:1::1': 'pump',
  'fd71:0:0:1::2': 'fan',
}
const hostOf = (ip: string): string => NAMES[ip] ?? ip
const PUMP = '10.0.1.1:47808'
const FAN = '10.0.1.2:47808'
const VALVE = '10.0.2.3:47808'
const ALL = '10.0.1.255:47808'

let clock: VirtualClock
let paths: Paths
let internet: VirtualInternet

beforeEach(() => {
  clock = virtualClock()
  paths = virtualPaths({ latency: ms(5) })
  internet = virtualInternet(clock, { paths, hostOf, random: fixedRandom(1) })
})

const portAt = (bind: string, options = {}): RunningPort => runPort(internet.port({ bind, ...options }))
/** The first octets of what it heard. */
const heardBy = (port: RunningPort): readonly string[] => port.heard().map(line => line.split(' ')[2] ?? '')

describe('the way of a datagram', () => {
  it('is that between the hosts which have the addresses, one for each that hears a broadcast', () => {
    const [pump, fan] = [portAt(PUMP), portAt(FAN)]
    portAt('10.0.1.3:47808')
    paths.impair('pump', 'fan', { latency: ms(20) })
    const fates = writtenFates(internet.fate$)
    pump.send(ALL, 1)
    fan.send(PUMP, 2)
    clock.advance(ms(30))
    expect(fates).toEqual(['0 1 pump arrived', '5 1 10.0.1.3 arrived', '5 2 pump arrived', '25 1 fan arrived'])
  })

  it('is closed by a partition, for those that it parts and as long as it lasts', () => {
    const [pump, fan, valve] = [portAt(PUMP), portAt(FAN), portAt(VALVE)]
    const partition = paths.partition('pump', ['fan'])
    pump.send(ALL, 1)
    fan.send(PUMP, 2)
    pump.send(VALVE, 3)
    clock.advance(ms(5))
    partition.unsubscribe()
    pump.send(FAN, 4)
    clock.advance(ms(5))
    expect([pump, fan, valve].map(heardBy)).toEqual([['1'], ['4'], ['3']])
  })

  it('may be closed in one direction', () => {
    const [pump, fan] = [portAt(PUMP), portAt(FAN)]
    paths.block('fan', 'pump')
    pump.send(FAN, 1)
    fan.send(PUMP, 2)
    clock.advance(ms(5))
    expect([pump, fan].map(heardBy)).toEqual([[], ['1']])
  })

  it('lets datagrams overtake each other, come twice or not at all', () => {
    const [pump, fan] = [portAt(PUMP), portAt(FAN)]
    paths.impair('pump', 'fan', { jitter: ms(20), loss: 0.2, duplication: 0.2, reordering: 0.1 })
    for (let octet = 0; octet < 200; octet++) pump.send(FAN, octet)
    clock.advance(ms(100))
    const heard = heardBy(fan).map(Number)
    const different = new Set(heard)
    expect(different.size).toBeGreaterThan(130)
    expect(different.size).toBeLessThan(190)
    expect(heard.length).toBeGreaterThan(different.size + 15)
    expect(heard).not.toEqual([...heard].sort((one, other) => one - other))
    expect(clock.pending()).toBe(0)
  })

  it('has the same luck at each run of a seed', () => {
    const play = (seed: number): readonly string[] => {
      clock = virtualClock()
      internet = virtualInternet(clock, { paths: virtualPaths(BAD), hostOf, random: fixedRandom(seed) })
      const fates = writtenFates(internet.fate$)
      const [pump] = [portAt(PUMP), portAt(FAN), portAt('10.0.1.3:47808')]
      for (let octet = 0; octet < 20; octet++) pump.send(ALL, octet)
      clock.advance(ms(1000))
      return fates
    }
    const BAD = { jitter: ms(30), loss: 0.3, duplication: 0.3, reordering: 0.3 }
    expect(play(1)).toEqual(play(1))
    expect(play(1)).not.toEqual(play(2))
  })

  it('passes so many octets a second where that is bounded, in order, and drops what finds 64 KiB waiting', () => {
    const [pump, fan] = [portAt(PUMP), portAt(FAN)]
    paths.impair('pump', 'fan', { rate: 100_000 })
    const fates = writtenFates(internet.fate$)
    for (let first = 0; first < 70; first++) pump.submit({ to: at(FAN), octets: new Uint8Array(1000).fill(first) })
    fan.send(PUMP, 99)
    clock.advance(ms(14))
    expect(fates.slice(0, 5)).toEqual([
      '0 65 fan rate',
      '0 66 fan rate',
      '0 67 fan rate',
      '0 68 fan rate',
      '0 69 fan rate',
    ])
    expect(fates.slice(5)).toEqual(['5 99 pump arrived'])
    clock.advance(ms(1000))
    expect(fates.slice(6)).toEqual(Array.from({ length: 65 }, (_, index) => `${15 + 10 * index} ${index} fan arrived`))
    pump.send(FAN, 100)
    clock.advance(ms(6))
    expect(fates.at(-1)).toBe('1020 100 fan arrived')
  })

  it('is shut where nothing passes in any time', () => {
    const [pump, fan] = [portAt(PUMP), portAt(FAN)]
    paths.impair('*', '*', { rate: 0 })
    pump.send(FAN, 1)
    clock.advance(ms(1000))
    expect(fan.heard()).toEqual([])
  })

  it('starts at the host behind a NAT that sent it', () => {
    internet.nat({ inside: '10.9.0.0', outside: '203.0.113.1' })
    const [hidden, valve] = [portAt('10.9.0.5:47808'), portAt(VALVE)]
    const block = paths.block('hidden', 'valve')
    hidden.send(VALVE, 1)
    clock.advance(ms(5))
    block.unsubscribe()
    hidden.send(VALVE, 2)
    clock.advance(ms(5))
    expect(valve.heard()).toEqual(['203.0.113.1:40000 unicast 2'])
    paths.block('valve', 'hidden')
    valve.send('203.0.113.1:40000', 3)
    clock.advance(ms(5))
    expect(hidden.heard()).toEqual([])
  })

  it('is that of the new address when a host has moved, if that makes it another host', () => {
    const [pump, fan] = [portAt(PUMP, { isWildcard: true }), portAt(FAN)]
    internet.move('10.0.1.1', '10.0.1.9')
    paths.block('10.0.1.9', 'fan')
    pump.send(FAN, 1)
    clock.advance(ms(5))
    expect(fan.heard()).toEqual([])
  })

  it('is shared by all networks that know the hosts by the same names', () => {
    const internet6 = virtualInternet6(clock, { paths, hostOf })
    const [pump, fan] = [portAt(PUMP), portAt(FAN)]
    const [pump6, fan6] = [1, 2].map(host => runPort6(internet6.port({ bind: `[fd71:0:0:1::${host}]:47808` })))
    paths.partition('pump')
    pump.send(FAN, 1)
    pump6?.send('[ff02::bac0]:47808', 2)
    clock.advance(ms(5))
    expect([fan.heard(), fan6?.heard(), pump6?.heard().length]).toEqual([[], [], 1])
  })
})
