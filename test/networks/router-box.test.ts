import { describe, expect, it } from 'vitest'
import { bbmd, foreignDevice } from '../../src/index.js'
import { TO_ALL, toNetwork, type NetworkDestination } from '../../src/network/event/destination.js'
import { ms, seconds } from '../../src/values/duration.js'
import { asDevice, asksName, iAm, nameOf, readName, WHO_IS } from '../support/internetwork-device.js'
import { from, internetwork, to, type Internetwork, type LabNode } from '../support/internetwork.js'

/** A router between three networks of three kinds, with a device on each; what is said at the start is over. */
const box = () => {
  const world = internetwork()
  const [ip, ip6, sc] = [world.network('ip', 10), world.network('ip6', 20), world.network('sc', 30)]
  const router = world.router('router', [sc, ip, ip6])
  const a = asDevice(world.station('a', ip), 1)
  const b = asDevice(world.station('b', ip6), 2)
  const c = asDevice(world.station('c', sc), 3)
  world.advance(seconds(1))
  world.spoken()
  return { world, ip, ip6, sc, router, a, b, c }
}

/** Has each ask each other for its name, and says who did not get the answer. */
const nameless = (world: Internetwork, devices: readonly LabNode[]): readonly string[] =>
  devices.flatMap((one, first) =>
    devices.flatMap((other, second) => {
      if (one === other) return []
      const before = one.heard(nameOf(second + 1)).length
      asksName(one, second + 1, other)
      world.advance(ms(30))
      const heard = one.heard(nameOf(second + 1)).slice(before)
      const isRight = heard.length === 1 && heard[0] === from(other, 'unicast')
      return isRight ? [] : [`${devices[first]?.name} of ${other.name}: ${heard.join()}`]
    }),
  )

describe('a box that joins B/IP, B/IPv6 and BACnet/SC', () => {
  it.each<[string, (lab: ReturnType<typeof box>) => NetworkDestination, readonly string[]]>([
    ['global broadcast', () => TO_ALL, ['router', 'b', 'c']],
    ['broadcast to the SC network', () => toNetwork(30), ['router', 'c']],
    ['broadcast to the IPv6 network', () => toNetwork(20), ['b']],
    ['unicast to the SC node', ({ c }) => to(c), ['c']],
  ])('carries a Who-Is of a B/IP device by %s, and the I-Ams back, with true sources', (_, whither, hearers) => {
    const lab = box()
    const { world, a } = lab
    const destination = whither(lab)
    a.send(WHO_IS, destination)
    world.advance(ms(20))
    expect(Object.keys(world.hearers(WHO_IS)).sort()).toEqual([...hearers].sort())
    for (const heard of Object.values(world.hearers(WHO_IS))) expect(heard).toMatchObject([/^10 0a00010cbac0 /u])
    const answers: Readonly<Record<string, [number, LabNode]>> = { b: [2, lab.b], c: [3, lab.c] }
    for (const name of hearers) {
      const [instance, device] = answers[name] ?? []
      if (instance === undefined || device === undefined) continue
      expect(a.heard(iAm(instance))).toEqual([from(device, 'global-broadcast')])
    }
  })

  it('has all read from all, over MAC addresses of 6 and of 3 octets', () => {
    const { world, a, b, c } = box()
    expect(nameless(world, [a, b, c])).toEqual([])
    expect(world.spoken()).toHaveLength(6 * 2 * 2)
  })

  it('sends exactly one datagram for each link that an NPDU crosses', () => {
    const { world, a } = box()
    const before = world.datagrams()
    a.send('1004aa', TO_ALL)
    world.advance(ms(20))
    // B/IP; B/IPv6; to the hub, and from the hub to the other node.
    expect(world.datagrams() - before).toBe(4)
  })

  it('carries priority and the wish for a reply both ways', () => {
    const { world, a, b } = box()
    a.send(readName(2), to(b), { expectingReply: true, priority: 'life-safety' })
    world.advance(ms(20))
    expect(b.apdus().at(-1)).toMatchObject({ priority: 'life-safety', expectingReply: true })
    expect(a.apdus().at(-1)).toMatchObject({ priority: 'life-safety', expectingReply: false })
  })

  it('leaves no timer, no link and no datagram when it is closed', () => {
    const { world, a } = box()
    a.send(WHO_IS, TO_ALL)
    a.send(readName(9), toNetwork(99))
    world.advance(ms(2))
    world.close()
    expect(world.open()).toBe(0)
    world.advance(ms(1))
    expect(world.running()).toBe(0)
  })
})

/** Networks in a row, with a router between each and the next, and a device on each. */
const row = (...kinds: readonly ('ip' | 'ip6' | 'sc')[]) => {
  const world = internetwork()
  const networks = kinds.map((kind, index) => world.network(kind, (index + 1) * 10))
  const routers = networks.flatMap((network, index) => {
    const next = networks[index + 1]
    return next === undefined ? [] : [world.router(`router-${index + 1}`, [network, next])]
  })
  const devices = networks.map((network, index) => asDevice(world.station(`device-${index + 1}`, network), index + 1))
  world.advance(seconds(1))
  world.spoken()
  return { world, networks, routers, devices }
}

describe('networks behind further routers', () => {
  it.each([
    [['ip', 'sc', 'ip6']],
    [['ip6', 'ip', 'sc', 'ip']],
    [['sc', 'ip', 'sc', 'ip6']],
    [['ip', 'ip', 'ip6', 'ip6', 'sc', 'sc']],
  ] as const)('are reached both ways: %j', kinds => {
    const { world, devices, routers } = row(...kinds)
    expect(nameless(world, devices)).toEqual([])
    world.spoken()
    devices[0]?.send(WHO_IS, TO_ALL)
    world.advance(ms(50))
    const others = [...devices.slice(1), ...routers].map(({ name }) => name)
    expect(Object.keys(world.hearers(WHO_IS)).sort()).toEqual(others.sort())
    expect(new Set(Object.values(world.hearers(WHO_IS)).map(String))).toEqual(
      new Set([from(devices[0] as LabNode, 'global-broadcast')]),
    )
    devices.slice(1).forEach((device, index) => {
      expect(devices[0]?.heard(iAm(index + 2))).toEqual([from(device, 'global-broadcast')])
    })
    // One on each network, for the Who-Is and for each I-Am: nothing comes twice.
    expect(world.spoken()).toHaveLength(kinds.length ** 2)
  })

  it('are known to all routers soon after the start, without a word more', () => {
    const { world, routers } = row('ip', 'sc', 'ip6', 'ip')
    expect(routers.map(router => Object.keys(router.routes()))).toEqual([
      ['10', '20', '30', '40'],
      ['10', '20', '30', '40'],
      ['10', '20', '30', '40'],
    ])
    world.advance(seconds(600))
    expect(world.spoken()).toEqual([])
  })

  it('lose one hop at each router, and broadcasts die with the last', () => {
    const { world, networks, devices } = row('ip', 'sc', 'ip6', 'ip')
    const [first] = networks
    if (first === undefined) throw new Error('there is no network')
    const stranger = world.bare('stranger', first)
    stranger.say('0120ffff00031004aa')
    world.advance(ms(20))
    expect(devices.map(({ heard }) => heard('1004aa').length)).toEqual([1, 1, 1, 0])
  })
})

describe('a B/IP network of several subnets behind the port of a router', () => {
  /** Two subnets joined by BBMDs, of which the router is one, and a foreign device; an SC node beyond the router. */
  const subnets = (place: 'BBMD' | 'foreign device' | 'ordinary') => {
    const world = internetwork()
    const [near, far, away, sc] = [
      world.network('ip', 10),
      world.network('ip', 10),
      world.network('ip', 10),
      world.network('sc', 30),
    ]
    const addresses = ['10.0.1.1:47808', '10.0.2.1:47808']
    const other = { on: far, host: 1, ip: { role: bbmd({ bdt: addresses }) } }
    const registered = { role: foreignDevice({ bbmd: '10.0.1.1:47808', ttl: 60 }) }
    const role = { BBMD: { role: bbmd({ bdt: addresses }) }, 'foreign device': registered, ordinary: {} }[place]
    const router = world.router('router', [
      { on: place === 'foreign device' ? away : near, ...(place === 'BBMD' ? { host: 1 } : {}), ip: role },
      sc,
    ])
    if (place !== 'BBMD') world.station('bbmd', { on: near, host: 1, ip: { role: bbmd({ bdt: addresses }) } })
    const devices = [
      asDevice(world.station('near', near), 1),
      asDevice(world.station('bbmd-2', other), 2),
      asDevice(world.station('far', far), 3),
      asDevice(world.station('foreign', { on: world.network('ip', 10), ip: registered }), 4),
      asDevice(world.station('node', sc), 5),
    ]
    world.advance(seconds(1))
    return { world, router, devices }
  }

  it.each(['BBMD', 'foreign device', 'ordinary'] as const)('is reached through a router that is there as %s', place => {
    const { world, devices } = subnets(place)
    expect(nameless(world, devices)).toEqual([])
    for (const speaker of devices) {
      const apdu = `1004${speaker.name.length.toString(16).padStart(2, '0')}${devices.indexOf(speaker)}0`
      speaker.send(apdu, TO_ALL)
      world.advance(ms(50))
      for (const hearer of devices) {
        const due = hearer === speaker ? [] : [from(speaker, 'global-broadcast')]
        expect([hearer.name, hearer.heard(apdu)]).toEqual([hearer.name, due])
      }
    }
  })
})
