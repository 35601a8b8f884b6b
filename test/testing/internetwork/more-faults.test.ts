import { NEVER, Subject, tap } from 'rxjs'
import { describe, expect, it } from 'vitest'
import type { IpLinkEvent, IpOutbound } from '../../../src/ip/ip-link.js'
import type { Ip6LinkEvent } from '../../../src/ip6/ip6-link.js'
import type { ScLinkEvent } from '../../../src/sc/node/sc-link.js'
import { virtualClock, virtualInternetwork } from '../../../src/testing/index.js'
import { bbmd, foreignDevice } from '../../../src/transport/ip.js'
import { printBipAddress } from '../../../src/values/bip-address.js'
import { printBip6Address } from '../../../src/values/bip6-address.js'
import { seconds } from '../../../src/values/duration.js'

const building = () => {
  const clock = virtualClock()
  const network = virtualInternetwork(clock)
  const diary: string[] = []
  const note = (what: string): void => void diary.push(`${Math.floor(clock.now() / 1000)} s ${what}`)
  const timings = { heartbeat: seconds(30), minReconnect: seconds(5), maxReconnect: seconds(5) }
  const node = (name: string): void => {
    const hear = (event: ScLinkEvent): void => {
      if (event._tag === 'Status') note(`${name} ${event.status.hubConnection}`)
      if (event._tag === 'FailedConnection') note(`${name} failed: ${event.cause.detail}`)
    }
    NEVER.pipe(network.node(name, { primary: 'hub-a', timings })).subscribe(hear)
  }
  return { clock, network, diary, note, node }
}

describe('a fault', () => {
  it('is told when it has begun', () => {
    const { clock, network, note, diary } = building()
    network.hub('hub-a')
    network.fault$.subscribe(fault => note(`${fault._tag} ${network.isDown('hub-a') ? 'down' : 'up'}`))
    network.at('5s').fill('hub-a').for('20s')
    network.at('10s').kill('hub-a').for('20s')
    clock.advance('1min')
    expect(diary).toEqual(['5 s Fill up', '10 s Kill down'])
  })
})

describe('a full hub', () => {
  it('keeps the nodes that it has, and takes no other until it has room again', () => {
    const { clock, network, diary, node } = building()
    NEVER.pipe(network.hub('hub-a')).subscribe()
    node('node-1')
    network.at('10s').fill('hub-a').for('20s')
    clock.advance('15s')
    node('node-2')
    clock.advance('1min')
    expect(diary.slice(0, 4)).toEqual(['0 s node-1 none', '0 s node-1 primary', '15 s node-2 none', expect.anything()])
    expect(diary[3]).toMatch(/^15 s node-2 failed: .*no free connection/)
    expect(diary.at(-1)).toMatch(/^3[0-5] s node-2 primary$/)
    expect(diary.filter(line => line.includes('node-1'))).toHaveLength(2)
  })

  it('is the hub function of a device as well', () => {
    const { clock, network, diary, node } = building()
    NEVER.pipe(network.node('box', { hubFunction: { name: 'hub-a' }, primary: 'hub-a' })).subscribe()
    network.at('1s').fill('hub-a').for('20s')
    clock.advance('5s')
    node('node-1')
    clock.advance('10s')
    expect(diary[1]).toContain('no free connection')
  })
})

describe('hosts that go down together', () => {
  it('come back together: those that are named, or all', () => {
    const { clock, network, diary, node } = building()
    const downs: string[] = []
    network.host$.subscribe(({ host, isUp }) => downs.push(`${clock.now() / 1000} s ${host} ${isUp ? 'up' : 'down'}`))
    NEVER.pipe(network.hub('hub-a')).subscribe()
    node('node-1')
    node('node-2')
    network.at('10s').kill(['hub-a', 'node-2']).for('10s')
    network.at('40s').powerOff('*').for('1min')
    clock.advance('2min')
    expect(downs).toEqual([
      ...['10 s hub-a down', '10 s node-2 down', '20 s hub-a up', '20 s node-2 up'],
      ...['40 s hub-a down', '40 s node-1 down', '40 s node-2 down'],
      ...['100 s hub-a up', '100 s node-1 up', '100 s node-2 up'],
    ])
    expect(diary.slice(-4)).toEqual([
      ...['100 s node-1 none', '100 s node-2 none', '100 s node-1 primary', '100 s node-2 primary'],
    ])
  })
})

describe('a foreign device behind a NAT that forgets its ports', () => {
  it('is known at another port once it has registered again', () => {
    const { clock, network, diary, note } = building()
    const request$ = new Subject<IpOutbound>()
    network.nat('nat-1', { inside: '10.9.0.0', outside: '203.0.113.1' })
    const tables = tap((event: IpLinkEvent) => {
      if (event._tag === 'Tables') note(event.fdt.map(({ address }) => printBipAddress(address)).join(' and '))
    })
    request$.pipe(network.ip('bbmd-1', { bind: '10.0.1.1', role: bbmd() }), tables).subscribe()
    const role = foreignDevice({ bbmd: '10.0.1.1:47808', ttl: 30 })
    NEVER.pipe(network.ip('away', { bind: '10.9.0.5', role })).subscribe()
    network.at('10s').rebind('nat-1')
    for (const time of ['5s', '40s', '1min']) {
      clock.advance(time)
      request$.next({ _tag: 'ReadTables' })
    }
    expect(diary).toEqual([
      '5 s 203.0.113.1:40000',
      '45 s 203.0.113.1:40000 and 203.0.113.1:40001',
      '105 s 203.0.113.1:40001',
    ])
  })
})

describe('a host that moves', () => {
  const addresses = (isWildcard: boolean) => {
    const world = building()
    const hear = (event: IpLinkEvent): void => {
      if (event._tag === 'Status') world.note(`at ${printBipAddress(event.status.address)}`)
    }
    NEVER.pipe(world.network.ip('ip-1', { bind: '10.0.1.5', isWildcard })).subscribe(hear)
    return world
  }

  it('comes back on another address after it was down', () => {
    const { clock, network, diary } = addresses(false)
    network.at('10s').powerOff('ip-1').for('20s')
    network.at('15s').move('ip-1', '10.0.1.77')
    network.at('50s').move('ip-1', '10.0.1.5')
    network.at('1min').kill('ip-1').for('1s')
    clock.advance('2min')
    expect(diary).toEqual(['0 s at 10.0.1.5:47808', '30 s at 10.0.1.77:47808', '61 s at 10.0.1.5:47808'])
  })

  it('has what runs there on all addresses told at once', () => {
    const { clock, network, diary } = addresses(true)
    network.at('10s').move('ip-1', '10.0.1.77')
    clock.advance('20s')
    expect(diary).toEqual(['0 s at 10.0.1.5:47808', '10 s at 10.0.1.77:47808'])
  })

  it('keeps its name on the ways between hosts', () => {
    const { clock, network } = addresses(false)
    NEVER.pipe(network.ip('ip-2', { bind: '10.0.1.6' })).subscribe()
    network.at('10s').kill('ip-1').for('1s')
    network.at('10s').move('ip-1', '10.0.1.77')
    network.at('20s').partition('ip-1', 'ip-2')
    clock.advance('20s')
    const fates: string[] = []
    network.ipv4.fate$.subscribe(({ host, _tag }) => fates.push(`${host} ${_tag}`))
    network.ipv4.inject({ from: '0a0001064e20' as never, to: '0a00014dbac0' as never, octets: Uint8Array.of(1) })
    clock.advance('1s')
    expect(fates).toEqual(['ip-1 Lost'])
  })

  it('has an address of IPv6 that can move', () => {
    const { clock, network, diary, note } = building()
    const hear = (event: Ip6LinkEvent): void => {
      if (event._tag === 'Status') note(`at ${printBip6Address(event.status.address)}`)
    }
    NEVER.pipe(network.ip6('ip6-1', { bind: '[fd71::5]', deviceInstance: 5, movesAlong: true })).subscribe(hear)
    network.at('10s').move('ip6-1', 'fd71::77')
    clock.advance('20s')
    expect([diary[0], diary.at(-1)]).toEqual(['0 s at [fd71::5]:47808', '10 s at [fd71::77]:47808'])
  })

  it('must have one address of that kind, and not get that of another', () => {
    const { network } = addresses(false)
    const move = (host: string, to: string) => () => network.apply({ _tag: 'Move', host, to })
    network.ip('ip-2', { bind: '10.0.1.6' })
    network.ip('ip-2', { bind: '10.0.2.6' })
    expect(move('ip-1', '10.0.1.6')).toThrow("10.0.1.6 is the address of 'ip-2'")
    expect(move('ip-2', '10.0.1.7')).toThrow("'ip-2' has 2 addresses of IPv4, so that none can be said to move")
    expect(move('ip-1', 'fd71::5')).toThrow("'ip-1' has 0 addresses of IPv6")
    expect(move('ip-1', '10.0.1')).toThrow('10.0.1')
  })
})
