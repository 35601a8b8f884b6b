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
import { at6, closePorts, realPort6, runPort6, type RunningPort6 } from '../support/udp6-port.js'

/** Whether this host speaks IPv6 at all, if only to itself. */
const probe = await realPort6('[::1]:0')
const hasIpv6 = probe.end() === undefined
closePorts()

afterEach(async () => {
  closePorts()
  await vi.waitFor(() => expect(openSockets()).toBe(0))
})

const OPTIONS = { group: BACNET_GROUP, receiveBuffer: 1 << 20 }

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

  it('are on one address of an interface when they are bound to all of them', async () => {
    const [all, other] = await Promise.all([realPort6('[::]:0', { interface: LOOPBACK }), realPort6('[::1]:0')])
    const address = at6(`[::1]:${numberOf(all)}`)
    expect(all.local()).toMatchObject({ address, own: new Set([address]), isWildcard: false })
    other.send(all.name(), 1)
    expect(await all.hears(1)).toEqual([`${other.name()} unicast 1`])
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
  const entry = (ip: string): Interface6Table[number] => ({
    name: LOOPBACK,
    ip: right(parseIpv6(ip)),
    prefixLength: 64,
    isInternal: false,
    scope: 1,
  })
  const LOOK = 10_000

  it('is on the best that can be bound, and looks for better ones until its end', async () => {
    const scheduler = new VirtualTimeScheduler()
    let table: Interface6Table = [entry('::1'), entry('2001:db8::1')]
    const look = async (): Promise<void> => {
      scheduler.maxFrames += LOOK
      scheduler.flush()
      await new Promise(resolve => setImmediate(resolve))
    }
    scheduler.maxFrames = 0
    const port = await realPort6('[::]:0', { scheduler, interfaces: () => table })
    const other = await realPort6('[::1]:0')
    for (const latest of [table, [], [entry('2001:db8::2')], [entry('::1')]]) {
      table = latest
      await look()
      port.send(other.name(), 1)
    }
    expect(await other.hears(4)).toEqual(Array.from({ length: 4 }, () => `${port.name()} unicast 1`))
    expect(port.events.map(({ _tag }) => _tag)).toEqual(['Bound'])
    expect(openSockets()).toBe(4)
    port.subscription.unsubscribe()
    expect(scheduler.actions).toEqual([])
  })

  it('is closed while it is about to be on another', async () => {
    const scheduler = new VirtualTimeScheduler(undefined, LOOK)
    let table: Interface6Table = [entry('::1')]
    const port = await realPort6('[::]:0', { scheduler, interfaces: () => table, reuseAddress: true })
    table = [entry('::1'), entry('2001:db8::1')]
    scheduler.flush()
    port.complete()
    await vi.waitFor(() => expect(port.end()).toBe('completed'))
    await vi.waitFor(() => expect(openSockets()).toBe(0))
    expect(scheduler.actions).toEqual([])
  })

  it('errors when its port is taken, or none of its addresses can be bound', async () => {
    const one = await realPort6('[::1]:0')
    const table = [entry('2001:db8::1'), entry('::1')]
    const taken = await realPort6(`[::]:${numberOf(one)}`, { interfaces: () => table })
    expect(taken.end()).toMatchObject({ code: 'EADDRINUSE' })
    const scheduler = new VirtualTimeScheduler()
    const nowhere = runPort6(
      ip6UdpPort({ ...OPTIONS, bind: at6('[::]:0'), scheduler, interfaces: () => table.slice(0, 1) }),
    )
    // An address that is new to its link is tried again for a while.
    await vi.waitFor(() => {
      scheduler.flush()
      expect(nowhere.end()).toMatchObject({ code: 'EADDRNOTAVAIL' })
    })
    expect(scheduler.frame).toBe(5000)
    one.subscription.unsubscribe()
    await vi.waitFor(() => expect(openSockets()).toBe(0))
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
  const options = { ...OPTIONS, bind: at6('[::1]:0'), scheduler: steadyScheduler }

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
