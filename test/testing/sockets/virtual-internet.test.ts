import { of, VirtualTimeScheduler } from 'rxjs'
import { beforeEach, describe, expect, it } from 'vitest'
import type { TappedDatagram, VirtualInternet } from '../../../src/testing/index.js'
import { virtualInternet } from '../../../src/testing/sockets/virtual-internet.js'
import { printBipAddress } from '../../../src/values/bip-address.js'
import { ms } from '../../../src/values/duration.js'
import { at, runPort, type RunningPort } from '../../support/udp-port.js'
import type { BipAddress } from '../../../src/values/bip-address.js'

let scheduler: VirtualTimeScheduler
let internet: VirtualInternet

beforeEach(() => {
  scheduler = new VirtualTimeScheduler()
  internet = virtualInternet(scheduler)
})

const portAt = (bind: string, options = {}): RunningPort => runPort(internet.port({ bind, ...options }))
const octets = Uint8Array.of(9)

describe('a virtual internet', () => {
  it('carries unicasts between subnets, and broadcasts within one, back to who sent them as well', () => {
    const a = portAt('10.0.1.1:47808')
    const b = portAt('10.0.1.2:47808')
    const c = portAt('10.0.2.3:47808')
    a.send('10.0.2.3:47808', 1)
    a.send('10.0.1.255:47808', 2)
    expect(c.heard(), 'within the call').toEqual([])
    scheduler.flush()
    expect(c.heard()).toEqual(['10.0.1.1:47808 unicast 1'])
    expect(b.heard()).toEqual(['10.0.1.1:47808 broadcast 2'])
    expect(a.heard()).toEqual(['10.0.1.1:47808 broadcast 2'])
  })

  it('takes its time, and gives each who hears octets of his own', () => {
    internet = virtualInternet(scheduler, { latency: ms(20) })
    const a = portAt('10.0.1.1:47808')
    const b = portAt('10.0.1.2:47808')
    const sent = Uint8Array.of(1)
    a.submit({ to: at('10.0.1.255:47808'), octets: sent })
    sent[0] = 7
    scheduler.maxFrames = 19
    scheduler.flush()
    expect(b.heard()).toEqual([])
    scheduler.maxFrames = 20
    scheduler.flush()
    for (const event of a.events) if (event._tag === 'Received') event.octets[0] = 8
    expect(b.heard()).toEqual(['10.0.1.1:47808 broadcast 1'])
  })

  it('keeps UDP ports apart, broadcasts and all', () => {
    const a = portAt('10.0.1.1:47808')
    const other = portAt('10.0.1.2:47809')
    const elsewhere = portAt('10.0.1.3:47810', { broadcast: '10.0.1.255:47808' })
    a.send('10.0.1.255:47808', 1)
    scheduler.flush()
    expect(other.heard()).toEqual([])
    expect(elsewhere.heard()).toEqual(['10.0.1.1:47808 broadcast 1'])
  })

  it('says how a datagram came only at a port on one address', () => {
    const a = portAt('10.0.1.1:47808')
    const all = portAt('10.0.1.2:47808', { isWildcard: true })
    a.send('10.0.1.2:47808', 1)
    a.send('10.0.1.255:47808', 2)
    a.send('255.255.255.255:47808', 3)
    scheduler.flush()
    expect(all.heard().map(line => line.split(' ')[1])).toEqual(['unknown', 'unknown', 'unknown'])
    expect(a.heard()).toEqual(['10.0.1.1:47808 broadcast 2', '10.0.1.1:47808 broadcast 3'])
  })

  it('tells a port what it is bound to', () => {
    const one = portAt('10.0.1.1:0', { mask: '255.255.0.0' })
    const other = portAt('10.0.1.1:0')
    const narrow = portAt('10.0.3.1:1', { mask: '255.255.255.255' })
    scheduler.flush()
    expect(one.local()).toMatchObject({
      address: at('10.0.1.1:49152'),
      own: new Set([at('10.0.1.1:49152')]),
      broadcast: at('10.0.255.255:49152'),
      isWildcard: false,
    })
    expect(other.name()).toBe('10.0.1.1:49153')
    expect(narrow.local().broadcast).toBeUndefined()
  })

  it('errors for a port in use, and frees it at the end', () => {
    const one = portAt('10.0.1.1:47808')
    expect(portAt('10.0.1.1:47808').end()).toMatchObject({ code: 'EADDRINUSE' })
    one.complete()
    scheduler.flush()
    expect(one.end()).toBe('completed')
    expect(portAt('10.0.1.1:47808').end()).toBeUndefined()
  })

  it('passes broadcasts to another subnet only when it is told to', () => {
    for (const directedBroadcasts of [false, true]) {
      internet = virtualInternet(scheduler, { directedBroadcasts })
      const a = portAt('10.0.1.1:47808')
      const c = portAt('10.0.2.3:47808')
      a.send('10.0.2.255:47808', 1)
      a.send('255.255.255.255:47808', 2)
      scheduler.flush()
      expect(c.heard()).toEqual(directedBroadcasts ? ['10.0.1.1:47808 broadcast 1'] : [])
    }
  })

  it('gives a host another address, which only its ports on all addresses take', () => {
    const all = portAt('10.0.1.1:47808', { isWildcard: true })
    const other = portAt('10.0.2.2:47808')
    scheduler.flush()
    internet.move('10.0.1.1', '10.0.2.1')
    expect(all.events.map(({ _tag }) => _tag)).toEqual(['Bound', 'Bound'])
    expect(all.name()).toBe('10.0.2.1:47808')
    all.send('10.0.2.255:47808', 1)
    other.send('10.0.1.1:47808', 2)
    scheduler.flush()
    expect(other.heard()).toContain('10.0.2.1:47808 broadcast 1')
    expect(all.heard()).toEqual(['10.0.2.1:47808 unknown 1'])
    all.subscription.unsubscribe()
    expect(portAt('10.0.2.1:47808').end()).toBeUndefined()
  })
})

describe('a NAT on a virtual internet', () => {
  const behind = (): {
    readonly inner: RunningPort
    readonly outer: RunningPort
    readonly nat: { forget: () => void }
  } => {
    const nat = internet.nat({ inside: '10.9.0.0', outside: '203.0.113.1', forward: { 47808: '10.9.0.7:47808' } })
    return { nat, inner: portAt('10.9.0.5:47808'), outer: portAt('10.0.1.1:47808') }
  }

  it('shows its own address to the outside, takes what comes back, and hides the rest', () => {
    const { inner, outer } = behind()
    inner.send('10.0.1.1:47808', 1)
    outer.send('10.9.0.5:47808', 2)
    outer.send('203.0.113.1:40001', 3)
    scheduler.flush()
    expect(outer.heard()).toEqual(['203.0.113.1:40000 unicast 1'])
    outer.send('203.0.113.1:40000', 4)
    scheduler.flush()
    expect(inner.heard()).toEqual(['10.0.1.1:47808 unicast 4'])
  })

  it('leaves alone what stays inside, and lets no broadcast through', () => {
    internet = virtualInternet(scheduler, { directedBroadcasts: true })
    const { inner, outer } = behind()
    const neighbour = portAt('10.9.0.6:47808')
    inner.send('10.9.0.255:47808', 1)
    inner.send('10.9.0.6:47808', 2)
    outer.send('10.9.0.255:47808', 3)
    inner.send('10.0.1.255:47808', 4)
    scheduler.flush()
    expect(neighbour.heard()).toEqual(['10.9.0.5:47808 broadcast 1', '10.9.0.5:47808 unicast 2'])
    expect(outer.heard()).toEqual([])
  })

  it('forwards a port to a host inside, and gives others new ports when it has forgotten them', () => {
    const { inner, outer, nat } = behind()
    const server = portAt('10.9.0.7:47808')
    outer.send('203.0.113.1:47808', 1)
    inner.send('10.0.1.1:47808', 2)
    scheduler.flush()
    server.send('10.0.1.1:47808', 3)
    nat.forget()
    inner.send('10.0.1.1:47808', 4)
    outer.send('203.0.113.1:40000', 5)
    scheduler.flush()
    expect(server.heard()).toEqual(['10.0.1.1:47808 unicast 1'])
    expect(outer.heard()).toEqual([
      '203.0.113.1:40000 unicast 2',
      '203.0.113.1:47808 unicast 3',
      '203.0.113.1:40001 unicast 4',
    ])
    expect(inner.heard()).toEqual([])
  })
})

describe('what goes wrong on a virtual internet', () => {
  it('is an address that another has: a port is not bound to it, and no host moves to it', () => {
    const stays = portAt('10.0.2.1:47808')
    const [first, second] = [47_807, 47_808].map(port => portAt(`10.0.1.1:${port}`, { isWildcard: true }))
    scheduler.flush()
    const error = { message: 'bind EADDRINUSE 10.0.2.1:47808', code: 'EADDRINUSE' }
    expect(portAt('10.0.2.1:47808').end()).toMatchObject(error)
    expect(() => internet.move('10.0.1.1', '10.0.2.1')).toThrow(expect.objectContaining(error))
    internet.move('10.0.1.1', '10.0.1.1')
    expect([first?.name(), second?.name()]).toEqual(['10.0.1.1:47807', '10.0.1.1:47808'])
    second?.send('10.0.2.1:47808', 1)
    scheduler.flush()
    expect(stays.heard()).toEqual(['10.0.1.1:47808 unicast 1'])
  })

  it('is what a test says: lost datagrams, refused ones, a host without a cable, each until it ends', () => {
    const a = portAt('10.0.1.1:47808')
    const b = portAt('10.0.1.2:47808')
    const c = portAt('10.0.2.3:47808')
    const faults = [
      internet.lose(({ to }) => to === at('10.0.1.2:47808')),
      internet.failSend(({ to }) => (to === at('10.0.2.3:47808') ? 'the network cannot be reached' : undefined)),
      internet.unplug('10.0.1.2'),
    ]
    a.send('10.0.1.2:47808', 1)
    a.send('10.0.2.3:47808', 2)
    a.send('10.0.1.255:47808', 3)
    b.send('10.0.1.1:47808', 4)
    expect(a.unsent(), 'within the call').toEqual([])
    scheduler.flush()
    expect(b.heard()).toEqual([])
    expect(c.heard()).toEqual([])
    expect(a.heard()).toEqual(['10.0.1.1:47808 broadcast 3'])
    expect(a.unsent()).toEqual(['the network cannot be reached'])
    for (const fault of faults) fault.unsubscribe()
    a.send('10.0.1.2:47808', 5)
    a.send('10.0.2.3:47808', 6)
    scheduler.flush()
    expect([b.heard(), c.heard()]).toEqual([['10.0.1.1:47808 unicast 5'], ['10.0.1.1:47808 unicast 6']])
  })

  it('is a datagram that no socket would send', () => {
    const a = portAt('10.0.1.1:47808')
    a.send('10.0.1.2:0', 1)
    a.submit({ to: at('10.0.1.2:1'), octets: new Uint8Array(65_508) })
    a.complete()
    scheduler.flush()
    expect(a.unsent()).toEqual(['there is no port 0', 'the datagram is too long'])
    expect(a.end()).toBe('completed')
  })

  it('is a stranger who says he is somebody else', () => {
    const a = portAt('10.0.1.1:47808')
    const b = portAt('10.0.2.2:47808')
    internet.inject({ from: at('10.0.1.1:47808'), to: at('10.0.1.1:47808'), octets })
    internet.inject({ from: at('198.51.100.9:1'), to: at('10.0.2.255:47808'), octets })
    scheduler.flush()
    expect(a.heard()).toEqual(['10.0.1.1:47808 unicast 9'])
    expect(b.heard()).toEqual(['198.51.100.9:1 broadcast 9'])
  })

  it('is a storm of more than may be on its way at once', () => {
    internet = virtualInternet(scheduler, { latency: ms(1) })
    const a = portAt('10.0.1.1:47808')
    for (let count = 0; count < 100_100; count++) a.send('10.0.1.2:47808', 1)
    scheduler.flush()
    expect(a.unsent()).toHaveLength(100)
    expect(new Set(a.unsent())).toEqual(new Set(['too much waits to be sent']))
  })

  it('is seen by a tap, lost or not', () => {
    const tapped: TappedDatagram<BipAddress>[] = []
    internet.tap$.subscribe(datagram => tapped.push(datagram))
    internet.lose(() => true)
    scheduler.schedule(() => {
      of({ to: at('10.0.1.2:47808'), octets })
        .pipe(internet.port({ bind: '10.0.1.1:47808' }))
        .subscribe()
      internet.inject({ from: at('10.0.1.3:1'), to: at('10.0.1.1:47808'), octets })
    }, 5)
    scheduler.flush()
    expect(tapped.map(({ at: time, from, to }) => `${time} ${printBipAddress(from)} ${printBipAddress(to)}`)).toEqual([
      '5 10.0.1.1:47808 10.0.1.2:47808',
      '5 10.0.1.3:1 10.0.1.1:47808',
    ])
  })

  it('is an address that a test has written wrongly', () => {
    expect(runPort(internet.port({ bind: '10.0.1.256:47808' })).end()).toMatchObject({
      message: expect.stringMatching(/10.0.1.256/) as string,
    })
    expect(() => internet.unplug('here')).toThrow("'here'")
    expect(() => internet.nat({ inside: '10.0.0.0', outside: 'there' })).toThrow("'there'")
  })
})
