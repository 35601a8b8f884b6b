import { from, lastValueFrom, NEVER, of, take, throwError, toArray, VirtualTimeScheduler } from 'rxjs'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { steadyScheduler } from '../../src/io/clock.js'
import type { InterfaceTable } from '../../src/io/interfaces.js'
import { ipUdpPort } from '../../src/io/udp.js'
import { broadcastMask } from '../../src/values/broadcast-mask.js'
import { ipv4 } from '../../src/values/ipv4.js'
import { openSockets } from '../support/open-sockets.js'
import { at, closePorts, realPort, type RunningPort } from '../support/udp-port.js'

afterEach(async () => {
  closePorts()
  await vi.waitFor(() => expect(openSockets()).toBe(0))
})

/** Another port on the same number, on another address of the loopback network. */
const beside = (port: RunningPort, host: string): Promise<RunningPort> => realPort(`${host}:${numberOf(port)}`)
const numberOf = (port: RunningPort): string => port.name().split(':')[1] ?? ''

describe('UDP ports on one host', () => {
  it('hear unicasts and broadcasts, each as what it is, and their own broadcasts', async () => {
    const one = await realPort('127.0.1.1:0')
    const other = await beside(one, '127.0.1.2')
    const number = numberOf(one)
    expect(one.local()).toMatchObject({
      broadcast: at(`127.255.255.255:${number}`),
      mask: 0xff000000,
      own: new Set([one.local().address]),
      isWildcard: false,
    })
    one.send(other.name(), 1)
    expect(await other.hears(1)).toEqual([`127.0.1.1:${number} unicast 1`])
    other.send(`127.255.255.255:${number}`, 2)
    expect(await one.hears(1)).toEqual([`127.0.1.2:${number} broadcast 2`])
    expect((await other.hears(2))[1]).toBe(`127.0.1.2:${number} broadcast 2`)
  })

  it('send from the address and port that they hear on, broadcasts as well', async () => {
    const one = await realPort('127.0.1.1:0', { broadcast: at('127.255.255.255:0') })
    const other = await beside(one, '127.0.1.2')
    one.send(other.name(), 1)
    one.send(`127.255.255.255:${numberOf(one)}`, 2)
    const heard = await other.hears(2)
    expect(heard.map(line => line.split(' ')[0])).toEqual([one.name(), one.name()])
  })

  it('error when another has the address and port, and leave nothing open', async () => {
    const one = await realPort('127.0.1.1:0')
    const other = await realPort(one.name())
    expect(other.end()).toMatchObject({ code: 'EADDRINUSE', message: `bind EADDRINUSE ${one.name()}` })
    expect(other.events).toEqual([])
    one.subscription.unsubscribe()
    await vi.waitFor(() => expect(openSockets()).toBe(0))
  })

  it('error when they are to be bound to an address that is not of this host', async () => {
    const stranger = await realPort('198.51.100.7:0')
    expect(stranger.end()).toMatchObject({ code: 'EADDRNOTAVAIL', address: '198.51.100.7' })
    const deaf = await realPort('127.0.1.1:0', { broadcast: at('198.51.100.255:0') })
    expect(deaf.end()).toMatchObject({ code: 'EADDRNOTAVAIL', address: '198.51.100.255' })
    expect(deaf.events).toEqual([])
    await vi.waitFor(() => expect(openSockets()).toBe(0))
  })

  it('share an address and port only when they are told to', async () => {
    const one = await realPort('127.0.1.1:0', { reuseAddress: true })
    expect((await realPort(one.name(), { reuseAddress: true })).end()).toBeUndefined()
    expect((await realPort(one.name())).end()).toMatchObject({ code: 'EADDRINUSE' })
  })
})

describe('a UDP port on all addresses', () => {
  const loopback = { ip: ipv4(0x7f000001), mask: broadcastMask(0xff000000), isInternal: true }

  it('cannot tell how datagrams came, and knows its own by all addresses of the host', async () => {
    const port = await realPort('0.0.0.0:0', { broadcast: at('127.255.255.255:0') })
    const number = numberOf(port)
    expect(port.local()).toMatchObject({
      address: at(`127.0.0.1:${number}`),
      broadcast: at(`127.255.255.255:${number}`),
      isWildcard: true,
    })
    port.send(`127.255.255.255:${number}`, 1)
    port.send(`127.0.0.1:${number}`, 2)
    expect(await port.hears(2)).toEqual([`127.0.0.1:${number} unknown 1`, `127.0.0.1:${number} unknown 2`])
    for (const event of port.events) {
      if (event._tag === 'Received') expect(port.local().own).toContain(event.source)
    }
  })

  it('hears a broadcast address of another port', async () => {
    const broadcast = at(`127.255.255.255:${numberOf(await realPort('127.0.1.1:0'))}`)
    const port = await realPort('0.0.0.0:0', { broadcast })
    port.send(broadcast, 1)
    expect(await port.hears(1)).toEqual([`127.0.0.1:${numberOf(port)} broadcast 1`])
  })

  it('hears broadcasts from when the link is up that was down when it was bound', async () => {
    const scheduler = new VirtualTimeScheduler(undefined, 60_000)
    let table: InterfaceTable = []
    const port = await realPort('127.0.1.1:0', { scheduler, interfaces: () => table })
    expect(port.local()).toMatchObject({ broadcast: undefined, mask: undefined })
    scheduler.schedule(() => (table = [loopback]), 15_000)
    scheduler.flush()
    const number = numberOf(port)
    await vi.waitFor(() => expect(port.local().broadcast).toBe(at(`127.255.255.255:${number}`)))
    expect(port.events.map(({ _tag }) => _tag)).toEqual(['Bound', 'Bound'])
    const other = await beside(port, '127.0.1.2')
    other.send(`127.255.255.255:${number}`, 1)
    expect(await port.hears(1)).toEqual([`127.0.1.2:${number} broadcast 1`])
    expect(scheduler.actions).toEqual([])
  })

  it('tells anew when the addresses of the host have changed', async () => {
    const scheduler = new VirtualTimeScheduler(undefined, 60_000)
    let table: InterfaceTable = [loopback]
    const port = await realPort('0.0.0.0:0', { scheduler, interfaces: () => table })
    scheduler.schedule(() => (table = [...table]), 15_000)
    scheduler.schedule(
      () => (table = [{ ip: ipv4(0x0a000105), mask: broadcastMask(0xffffff00), isInternal: false }]),
      35_000,
    )
    scheduler.flush()
    expect(port.events.map(({ _tag }) => _tag)).toEqual(['Bound', 'Bound'])
    expect(port.name()).toBe(`10.0.1.5:${port.name().split(':')[1]}`)
    port.subscription.unsubscribe()
    expect(scheduler.actions).toEqual([])
  })
})

describe('what a UDP port cannot send', () => {
  it('comes back with a reason and what it was about, and concerns nothing else', async () => {
    const one = await realPort('127.0.1.1:0')
    const other = await beside(one, '127.0.1.2')
    const about = Symbol('about')
    one.submit({ to: at('240.0.0.1:47808'), octets: Uint8Array.of(1), about })
    one.send('127.0.1.2:0', 2)
    one.submit({ to: other.local().address, octets: new Uint8Array(65_508) })
    one.send(other.name(), 3)
    expect(await other.hears(1)).toEqual([`${one.name()} unicast 3`])
    await vi.waitFor(() => expect(one.unsent()).toHaveLength(3))
    expect([...one.unsent()].sort()).toEqual([
      'the datagram is too long',
      'there is no port 0',
      'there is no way to that address from here',
    ])
    expect(one.events).toContainEqual(
      expect.objectContaining({ _tag: 'Unsent', datagram: expect.objectContaining({ about }) as unknown }),
    )
    expect(one.end()).toBeUndefined()
  })

  it('to a port that nobody listens at is sent all the same, and harms nothing', async () => {
    const one = await realPort('127.0.1.1:0')
    const other = await beside(one, '127.0.1.2')
    const gone = await beside(one, '127.0.1.3')
    gone.subscription.unsubscribe()
    for (let count = 0; count < 20; count++) one.send(`127.0.1.3:${numberOf(one)}`, count)
    one.send(other.name(), 1)
    await other.hears(1)
    other.send(one.name(), 2)
    expect(await one.hears(1)).toEqual([`${other.name()} unicast 2`])
    expect(one.unsent()).toEqual([])
  })
})

describe('the datagrams that a UDP port hears', () => {
  it('come whole, the longest and the empty as well, as plain octets', async () => {
    const one = await realPort('127.0.1.1:0')
    const other = await beside(one, '127.0.1.2')
    one.submit({ to: other.local().address, octets: new Uint8Array(65_507).fill(7) })
    one.send(other.name())
    await other.hears(2)
    const octets = other.events.flatMap(event => (event._tag === 'Received' ? [event.octets] : []))
    expect(octets.map(({ length }) => length)).toEqual([65_507, 0])
    expect(octets[0]?.every(octet => octet === 7)).toBe(true)
    expect(octets.every(({ constructor }) => constructor === Uint8Array)).toBe(true)
  })

  it('have the buffer that is told, which on Linux is half of what the system says', async () => {
    const buffers = await Promise.all(
      (['linux', 'freebsd'] as const).map(async platform => realPort('127.0.1.1:0', { platform })),
    )
    const [onLinux = 0, elsewhere] = buffers.map(port => port.local().receiveBuffer)
    expect(elsewhere).toBe(onLinux * 2)
  })

  it('are not lost in a burst of 1000 when the system grants the buffer', async ({ skip }) => {
    const one = await realPort('127.0.1.1:0')
    const other = await realPort(`127.0.1.2:${numberOf(one)}`, { receiveBuffer: 4 << 20 })
    const granted = other.local().receiveBuffer
    skip(granted < 1 << 20, `the system grants ${granted} octets`)
    const octets = new Uint8Array(1507)
    for (let count = 0; count < 1000; count++) one.submit({ to: other.local().address, octets })
    expect(await other.hears(1000)).toHaveLength(1000)
  })
})

describe('the end of a UDP port', () => {
  const options = { bind: at('127.0.1.1:0'), receiveBuffer: 1 << 20, scheduler: steadyScheduler }

  it('comes when its outbound stream completes, after what was given has been sent', async () => {
    const other = await realPort('127.0.1.2:0')
    const { address } = other.local()
    const datagrams = Array.from({ length: 50 }, (_, index) => ({ to: address, octets: Uint8Array.of(index) }))
    const events = await lastValueFrom(from(datagrams).pipe(ipUdpPort(options), toArray()))
    expect(events.map(({ _tag }) => _tag)).toEqual(['Bound'])
    expect(await other.hears(50)).toHaveLength(50)
  })

  it('gives back what could not be sent before it completes', async () => {
    const datagram = { to: at('240.0.0.1:47808'), octets: Uint8Array.of(1) }
    const events = await lastValueFrom(of(datagram).pipe(ipUdpPort(options), toArray()))
    expect(events.map(({ _tag }) => _tag)).toEqual(['Bound', 'Unsent'])
  })

  it('is at once when it is unsubscribed, also within what it tells, and frees the port', async () => {
    const one = await realPort('127.0.1.1:0')
    const name = one.name()
    one.subscription.unsubscribe()
    NEVER.pipe(ipUdpPort({ ...options, bind: at(name) }), take(1)).subscribe()
    await new Promise(setImmediate)
    expect((await realPort(name)).end()).toBeUndefined()
  })

  it('is an error when its outbound stream has one', async () => {
    const failure = new Error('of the user')
    await expect(lastValueFrom(throwError(() => failure).pipe(ipUdpPort(options)))).rejects.toBe(failure)
  })
})
