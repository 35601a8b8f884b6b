import { from, lastValueFrom, of, throwError, toArray, VirtualTimeScheduler } from 'rxjs'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { steadyScheduler } from '../../src/io/clock.js'
import type { Interface6Table } from '../../src/io/interfaces6.js'
import { ip6UdpPort } from '../../src/io/udp6.js'
import { port6Of } from '../../src/values/bip6-address.js'
import { BACNET_GROUP } from '../../src/values/bip6-group.js'
import { parseIpv6 } from '../../src/values/ipv6.js'
import { openSockets } from '../support/open-sockets.js'
import { right } from '../support/right.js'
import { at6, closePorts, realPort6, type RunningPort6 } from '../support/udp6-port.js'

/** Whether this host speaks IPv6 at all, if only to itself. */
const probe = await realPort6('[::1]:0')
const hasIpv6 = probe.end() === undefined
closePorts()

afterEach(async () => {
  closePorts()
  await vi.waitFor(() => expect(openSockets()).toBe(0))
})

const numberOf = (port: RunningPort6): number => port6Of(port.local().address)

describe.skipIf(!hasIpv6)(`UDP ports on the loopback interface${hasIpv6 ? '' : ' (there is no IPv6 here)'}`, () => {
  it('hear unicasts as what they are, from the address and port that their peers hear on', async () => {
    const [one, other] = await Promise.all([realPort6('[::1]:0'), realPort6('[::1]:0')])
    expect(one.local()).toMatchObject({
      own: new Set([one.local().address]),
      group: at6(`[ff02::bac0]:${numberOf(one)}`),
      isWildcard: false,
    })
    one.send(other.name(), 1)
    expect(await other.hears(1)).toEqual([`${one.name()} unicast 1`])
    other.send(one.name(), 2)
    expect(await one.hears(1)).toEqual([`${other.name()} unicast 2`])
  })

  it('cannot tell how datagrams came when they are bound to all addresses', async () => {
    const [all, other] = await Promise.all([realPort6('[::]:0', { interface: LOOPBACK }), realPort6('[::1]:0')])
    expect(all.local()).toMatchObject({ address: at6(`[::1]:${numberOf(all)}`), isWildcard: true })
    other.send(all.name(), 1)
    expect(await all.hears(1)).toEqual([`${other.name()} unknown 1`])
  })

  it('hear IPv6 only, and leave the port of IPv4 to others', async () => {
    const all = await realPort6('[::]:0', { interface: LOOPBACK })
    all.submit({ to: at6(`[::ffff:127.0.0.1]:${numberOf(all)}`), octets: Uint8Array.of(1) })
    await vi.waitFor(() => expect(all.unsent()).toHaveLength(1))
    expect(all.heard()).toEqual([])
  })

  it('error when another has the address and port, and leave nothing open', async () => {
    const one = await realPort6('[::1]:0')
    const other = await realPort6(one.name())
    expect(other.end()).toMatchObject({
      code: 'EADDRINUSE',
      message: `bind EADDRINUSE ::1:${numberOf(one)}`,
      address: '::1',
      port: numberOf(one),
    })
    expect(other.events).toEqual([])
    one.subscription.unsubscribe()
    await vi.waitFor(() => expect(openSockets()).toBe(0))
  })

  it('share an address and port only when they are told to', async () => {
    const one = await realPort6('[::1]:0', { reuseAddress: true })
    expect((await realPort6(one.name(), { reuseAddress: true })).end()).toBeUndefined()
    expect((await realPort6(one.name())).end()).toMatchObject({ code: 'EADDRINUSE' })
  })

  it('error when there is no such address or interface, or the group is none', async () => {
    const ends = await Promise.all([
      realPort6('[2001:db8::7]:0'),
      realPort6('[::1]:0', { interface: 'nowhere0' }),
      realPort6('[::1]:0', { group: right(parseIpv6('2001:db8::1')) }),
    ])
    expect(ends.map(port => (port.end() as Error).message)).toEqual([
      '2001:db8::7 is not an address of this host',
      expect.stringMatching(/^there is no interface 'nowhere0' that is up and has an IPv6 address \(.*lo.*\)$/),
      expect.stringMatching(/2001:db8::1/),
    ])
    expect(ends.flatMap(({ events }) => events)).toEqual([])
  })
})

const LOOPBACK = process.platform === 'linux' ? 'lo' : 'lo0'

describe.skipIf(!hasIpv6)('a UDP port on all addresses of an interface', () => {
  it('tells anew when they have changed, and keeps them while there are none', async () => {
    const scheduler = new VirtualTimeScheduler(undefined, 90_000)
    const entry = (ip: string): Interface6Table => [
      { name: LOOPBACK, ip: right(parseIpv6(ip)), prefixLength: 64, isInternal: false, scope: 1 },
    ]
    let table = entry('fe80::1')
    const port = await realPort6('[::]:0', { scheduler, interfaces: () => table })
    scheduler.schedule(() => (table = entry('fe80::1')), 15_000)
    scheduler.schedule(() => (table = []), 35_000)
    scheduler.schedule(() => (table = [...entry('fe80::1'), ...entry('2001:db8::1')]), 55_000)
    scheduler.flush()
    const number = numberOf(port)
    expect(port.events).toMatchObject([
      { _tag: 'Bound', local: { address: at6(`[fe80::1]:${number}`), own: new Set([at6(`[fe80::1]:${number}`)]) } },
      {
        _tag: 'Bound',
        local: {
          address: at6(`[2001:db8::1]:${number}`),
          own: new Set([`[2001:db8::1]:${number}`, `[fe80::1]:${number}`].map(text => at6(text))),
        },
      },
    ])
    port.subscription.unsubscribe()
    expect(scheduler.actions).toEqual([])
  })
})

describe.skipIf(!hasIpv6)('what a UDP port cannot send', () => {
  it('comes back with a reason and what it was about, and concerns nothing else', async () => {
    const [one, other] = await Promise.all([realPort6('[::1]:0'), realPort6('[::1]:0')])
    const about = Symbol('about')
    one.submit({ to: at6('[::ffff:192.0.2.1]:47808'), octets: Uint8Array.of(1), about })
    one.send('[::1]:0', 2)
    one.submit({ to: other.local().address, octets: new Uint8Array(65_528) })
    one.send(other.name(), 3)
    expect(await other.hears(1)).toEqual([`${one.name()} unicast 3`])
    await vi.waitFor(() => expect(one.unsent()).toHaveLength(3))
    expect([...one.unsent()].sort()).toEqual([
      'the datagram is too long',
      'the network cannot be reached',
      'there is no port 0',
    ])
    expect(one.events).toContainEqual(
      expect.objectContaining({ _tag: 'Unsent', datagram: expect.objectContaining({ about }) as unknown }),
    )
    expect(one.end()).toBeUndefined()
  })
})

describe.skipIf(!hasIpv6)('the end of a UDP port', () => {
  const options = { bind: at6('[::1]:0'), group: BACNET_GROUP, receiveBuffer: 1 << 20, scheduler: steadyScheduler }

  it('comes when its outbound stream completes, after what was given has been sent', async () => {
    const other = await realPort6('[::1]:0')
    const { address } = other.local()
    const datagrams = Array.from({ length: 50 }, (_, index) => ({ to: address, octets: Uint8Array.of(index) }))
    const events = await lastValueFrom(from(datagrams).pipe(ip6UdpPort(options), toArray()))
    expect(events.map(({ _tag }) => _tag)).toEqual(['Bound'])
    expect(await other.hears(50)).toHaveLength(50)
  })

  it('gives back what could not be sent before it completes', async () => {
    const datagram = { to: at6('[::ffff:192.0.2.1]:47808'), octets: Uint8Array.of(1) }
    const events = await lastValueFrom(of(datagram).pipe(ip6UdpPort(options), toArray()))
    expect(events.map(({ _tag }) => _tag)).toEqual(['Bound', 'Unsent'])
  })

  it('is an error when its outbound stream has one', async () => {
    const failure = new Error('of the user')
    await expect(lastValueFrom(throwError(() => failure).pipe(ip6UdpPort(options)))).rejects.toBe(failure)
  })
})
