import { NEVER, Subject } from 'rxjs'
import { beforeEach, describe, expect, it } from 'vitest'
import { broadcast, type OutboundNpdu } from '../../../src/link/link.js'
import {
  bip,
  bip6,
  virtualClock,
  virtualInternet,
  virtualInternet6,
  virtualInternetwork,
  virtualIpNetwork,
  type VirtualClock,
} from '../../../src/testing/index.js'
import { printBipAddress } from '../../../src/values/bip-address.js'
import { printBip6Address } from '../../../src/values/bip6-address.js'
import { runPort } from '../../support/udp-port.js'

const WHO_IS = Uint8Array.of(1, 0x20, 0xff, 0xff, 0, 0xff, 0x10, 8)

let clock: VirtualClock

beforeEach(() => {
  clock = virtualClock()
})

describe('ports that are bound to all addresses', () => {
  it('are of hosts of their own, which have addresses of their own, and reach each other', () => {
    const internet = virtualInternet(clock)
    const [one, other] = [0, 1].map(() => runPort(internet.port({ bind: '0.0.0.0:47808' })))
    clock.advance('1s')
    const addresses = [one, other].map(port => port?.events[0])
    expect(addresses).toMatchObject([
      { _tag: 'Bound', local: { address: bip('192.168.0.1'), isWildcard: true } },
      { _tag: 'Bound', local: { address: bip('192.168.0.2'), isWildcard: true } },
    ])
    one?.send('255.255.255.255:47808', 1)
    clock.advance('1s')
    expect(other?.events.at(-1)).toMatchObject({ _tag: 'Received', source: bip('192.168.0.1'), arrival: 'unknown' })
  })

  it('keep their address when they are bound again, and take none that somebody has', () => {
    const internet = virtualInternet(clock)
    NEVER.pipe(internet.port({ bind: '192.168.0.1:5' })).subscribe()
    const port = internet.port({ bind: '0.0.0.0:0' })
    const told: string[] = []
    for (let times = 0; times < 2; times++) {
      const running = NEVER.pipe(port).subscribe(
        event => event._tag === 'Bound' && told.push(printBipAddress(event.local.address)),
      )
      clock.advance('1s')
      running.unsubscribe()
    }
    expect(told).toEqual(['192.168.0.2:49152', '192.168.0.2:49152'])
  })

  it('are in use when the same host has them already, on that address or on all', () => {
    const internet = virtualInternet(clock)
    NEVER.pipe(internet.port({ bind: '10.0.1.5:47808', host: 'box' })).subscribe()
    const errors: unknown[] = []
    const note = { error: (error: unknown) => errors.push(String(error)) }
    NEVER.pipe(internet.port({ bind: '0.0.0.0:47808', host: 'box' })).subscribe(note)
    NEVER.pipe(internet.port({ bind: '0.0.0.0:47809', host: 'box' })).subscribe(note)
    expect(errors).toEqual(['Error: bind EADDRINUSE 10.0.1.5:47808'])
  })

  it('go along with their host when it moves, and stay there', () => {
    const internet = virtualInternet(clock)
    const port = internet.port({ bind: '0.0.0.0:47808' })
    const running = runPort(port)
    clock.advance('1s')
    internet.move('192.168.0.1', '192.168.0.99')
    expect(running.events.at(-1)).toMatchObject({ _tag: 'Bound', local: { address: bip('192.168.0.99') } })
    const again = runPort(internet.port({ bind: '0.0.0.0:47808' }))
    clock.advance('1s')
    expect(again.events).toMatchObject([{ _tag: 'Bound', local: { address: bip('192.168.0.2') } }])
  })

  it('say when there are more of them than addresses', () => {
    const internet = virtualInternet(clock)
    const errors: unknown[] = []
    for (let count = 0; count < 255; count++) {
      NEVER.pipe(internet.port({ bind: '0.0.0.0:47808' })).subscribe({
        error: (error: unknown) => errors.push(String(error)),
      })
    }
    expect(errors).toEqual([expect.stringContaining('no address is left in 192.168.0.0/24')])
  })

  it('are B/IP ports as ipPort makes them without an address', () => {
    const network = virtualIpNetwork(clock)
    const heard: string[] = []
    NEVER.pipe(network.port({ bind: '0.0.0.0' })).subscribe(
      event => event._tag === 'Npdu' && heard.push(printBipAddress(event.source)),
    )
    const outbound$ = new Subject<OutboundNpdu<never>>()
    outbound$.pipe(network.port({ bind: '0.0.0.0' })).subscribe()
    clock.advance('1s')
    outbound$.next(broadcast(WHO_IS))
    clock.advance('1s')
    expect(heard).toEqual(['192.168.0.2:47808'])
  })

  it('are known by the names of their hosts in an internetwork', () => {
    const network = virtualInternetwork(clock)
    const heard: number[] = []
    NEVER.pipe(network.ip('hears', { bind: '0.0.0.0' })).subscribe(
      event => event._tag === 'Npdu' && heard.push(Math.floor(clock.now() / 1000)),
    )
    const outbound$ = new Subject<OutboundNpdu<never>>()
    outbound$.pipe(network.ip('says', { bind: '0.0.0.0' })).subscribe()
    network.at('2s').partition('hears', 'says').for('2s')
    for (let second = 1; second < 6; second++) {
      clock.advance('1s')
      outbound$.next(broadcast(WHO_IS))
    }
    clock.advance('1s')
    expect(heard).toEqual([1, 4, 5])
  })

  it('are on one link in IPv6, and know how datagrams came', () => {
    const internet = virtualInternet6(clock)
    const told: unknown[] = []
    for (let times = 0; times < 2; times++)
      NEVER.pipe(internet.port({ bind: '[::]:47808' })).subscribe(e => told.push(e))
    clock.advance('1s')
    expect(told).toMatchObject([
      { local: { address: bip6('[fd00::1]'), isWildcard: false } },
      { local: { address: bip6('[fd00::2]'), isWildcard: false } },
    ])
    internet.move('fd00::1', 'fd00::9')
    expect(told.at(-1)).toMatchObject({ _tag: 'Bound', local: { address: bip6('[fd00::9]') } })
    expect(printBip6Address(bip6('[fd00::9]'))).toBe('[fd00::9]:47808')
  })
})

describe('a host that moves', () => {
  it('keeps its name, and with it what is between it and others', () => {
    const network = virtualInternetwork(clock)
    const fates: string[] = []
    network.ipv4.fate$.subscribe(fate => fates.push(fate._tag === 'Lost' ? fate.reason : 'arrived'))
    NEVER.pipe(network.ip('hears', { bind: '10.0.1.5', isWildcard: true })).subscribe()
    const outbound$ = new Subject<OutboundNpdu<never>>()
    outbound$.pipe(network.ip('says', { bind: '10.0.1.6' })).subscribe()
    clock.advance('1s')
    network.ipv4.move('10.0.1.5', '10.0.1.7')
    network.apply({ _tag: 'Partition', ones: 'hears' })
    outbound$.next(broadcast(WHO_IS))
    expect(fates).toContain('blocked')
  })
})
