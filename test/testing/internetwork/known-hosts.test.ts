import { VirtualTimeScheduler } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { virtualClock, virtualInternetwork, type FaultsAt } from '../../../src/testing/index.js'
import { overIp } from '../../../src/network/link/over-ip.js'
import { overIp6 } from '../../../src/network/link/over-ip6.js'
import { ms, seconds } from '../../../src/values/duration.js'

const campus = () => {
  const clock = virtualClock()
  const network = virtualInternetwork(clock)
  network.hub('hub-a')
  network.node('node-3', { directConnections: { listen: 'direct-3' } })
  network.node('box', { hubFunction: { name: 'hub-b' } })
  network.nat('nat-1', { inside: '10.9.0.0', outside: '203.0.113.1' })
  const ip = network.ip('ip-1', { bind: '10.0.1.1' })
  const ip6 = network.ip6('ip6-1', { bind: '[fd71::1]', deviceInstance: 1 })
  network.router('router-1', {
    ports: [
      { name: 'floor', network: 1, link: overIp(ip) },
      { name: 'lab', network: 2, link: overIp6(ip6) },
    ],
  })
  network.entity('entity-1', { ports: [{ name: 'floor', link: overIp(ip) }] })
  return { clock, network }
}

const happens = (say: (at: FaultsAt) => unknown) => (): void => {
  const { clock, network } = campus()
  say(network.at('20s'))
  clock.advance(seconds(60))
}

describe('a fault', () => {
  it.each<readonly [string, (at: FaultsAt) => unknown]>([
    ["'hub-A', 'nod-3'", at => at.partition('hub-A', 'nod-3')],
    ["'nod-3'", at => at.partition(['hub-a', 'nod-3'])],
    ["'nod-3'", at => at.block('nod-3', '*')],
    ["'nod-3'", at => at.impair('*', 'nod-3', { latency: ms(5) })],
    ["'nod-3'", at => at.refuse('nod-3').for('1s')],
    ["'nod-3'", at => at.hang('nod-3')],
    ["'nod-3'", at => at.cut('nod-3')],
    ["'nod-3'", at => at.mute('nod-3')],
    ["'nod-3'", at => at.refuse(['hub-a', 'nod-3']).for('1s')],
    ["'nod-3'", at => at.hang(['nod-3', 'hub-a'])],
    ["'nod-3'", at => at.cut(['hub-a', 'nod-3', 'box'])],
    ["'nod-3'", at => at.mute(['hub-a', 'nod-3'])],
    ["'nod-3'", at => at.kill(['hub-a', 'nod-3'])],
    ["'hub-b'", at => at.powerOff('hub-b')],
    ["'direct-3'", at => at.partition('direct-3')],
    ["'nod-3'", at => at.move('nod-3', '10.0.1.9')],
  ])('of an unknown name says so, and which are known: %s', (names, say) => {
    expect(happens(say)).toThrow(`a fault of ${names}, where no such host is; there are 'hub-a', `)
  })

  it.each<readonly [string, (at: FaultsAt) => unknown]>([
    ["'node-3', where no such hub is; there are 'hub-a', 'hub-b'", at => at.fill('node-3')],
    ["'node-3', where no such hub is; there are 'hub-a', 'hub-b'", at => at.fill(['hub-a', 'node-3'])],
    ["'box', where no such NAT is; there are 'nat-1'", at => at.rebind('box')],
  ])('of what it cannot be of says so: %s', (complaint, say) => {
    expect(happens(say)).toThrow(complaint)
  })

  it('can be of whatever is made, and of all', () => {
    expect(happens(at => at.fill('hub-b'))).not.toThrow()
    expect(happens(at => at.rebind('nat-1'))).not.toThrow()
    expect(happens(at => at.kill('*'))).not.toThrow()
    expect(happens(at => at.refuse(['hub-a', 'direct-3', 'box']))).not.toThrow()
    expect(happens(at => at.fill(['hub-a', 'hub-b']))).not.toThrow()
    for (const say of ['refuse', 'hang', 'cut', 'mute', 'fill'] as const) {
      expect(
        happens(at => at[say]('*')),
        say,
      ).not.toThrow()
    }
    for (const host of ['hub-a', 'node-3', 'box', 'ip-1', 'ip6-1', 'router-1', 'entity-1']) {
      expect(
        happens(at => at.partition(host)),
        host,
      ).not.toThrow()
      expect(
        happens(at => at.kill(host)),
        host,
      ).not.toThrow()
    }
    expect(happens(at => at.block('*', ['hub-b', 'hub-a']))).not.toThrow()
    expect(happens(at => at.refuse('direct-3'))).not.toThrow()
    expect(happens(at => at.hang('hub-b'))).not.toThrow()
  })

  it('of all says so where there is none', () => {
    const network = virtualInternetwork(virtualClock())
    network.node('node-1')
    expect(() => network.apply({ _tag: 'Fill', hubs: '*' })).toThrow('a fault of every hub, where there is none')
    expect(() => network.apply({ _tag: 'Kill', hosts: '*' })).not.toThrow()
    const empty = virtualInternetwork(virtualClock())
    expect(() => empty.apply({ _tag: 'Kill', hosts: '*' })).toThrow('a fault of every host, where there is none')
  })

  it('can be said before its hosts are made', () => {
    const { clock, network } = campus()
    network.at('20s').kill('late')
    clock.advance(seconds(10))
    network.node('late')
    clock.advance(seconds(10))
    expect(network.isDown('late')).toBe(true)
  })

  it('is asked for its hosts however it comes about', () => {
    const { network } = campus()
    expect(() => network.apply({ _tag: 'Cut', hosts: 'nod-3' })).toThrow("'nod-3'")
    const scheduler = new VirtualTimeScheduler()
    const other = virtualInternetwork(scheduler)
    other.play([{ at: seconds(1), fault: { _tag: 'Kill', hosts: 'nod-3' } }])
    expect(() => scheduler.flush()).toThrow("a fault of 'nod-3', where no such host is; there is none")
  })

  it('names some of many', () => {
    const { network } = campus()
    for (let number = 0; number < 1000; number++) network.node(`node-1${number}`)
    expect(() => network.apply({ _tag: 'Cut', hosts: 'nod-3' })).toThrow(/'node-1\d+' and 989 more$/)
  })
})
