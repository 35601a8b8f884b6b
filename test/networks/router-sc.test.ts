import { describe, expect, it } from 'vitest'
import { TO_ALL, toNetwork } from '../../src/network/event/destination.js'
import { ms, seconds } from '../../src/values/duration.js'
import { proprietaryOption, SECURE_PATH } from '../../src/wire/header-option.js'
import { from, internetwork, macOn, to } from '../support/internetwork.js'

const OWN = proprietaryOption(555, 1, Uint8Array.of(0xaa), true)

describe('a router between two networks of BACnet/SC', () => {
  const between = (isSecure: { readonly first?: boolean; readonly second?: boolean } = {}) => {
    const world = internetwork()
    const [one, two] = [world.network('sc', 10), world.network('sc', 20)]
    world.router('router', [
      { on: one, isSecure: isSecure.first ?? true },
      { on: two, isSecure: isSecure.second ?? true },
    ])
    const [a, b] = [world.station('a', one), world.station('b', two)]
    world.advance(seconds(1))
    return { world, one, two, a, b }
  }

  it('carries data options and Secure Path, to one and to all, both ways', () => {
    const { world, a, b } = between()
    a.send('1004aa', to(b), { dataOptions: [SECURE_PATH, OWN] })
    a.send('1004ab', TO_ALL, { dataOptions: [SECURE_PATH, OWN] })
    b.send('1004ac', to(a), { dataOptions: [OWN, SECURE_PATH] })
    world.advance(ms(50))
    expect(b.apdus().map(({ dataOptions }) => dataOptions)).toEqual([
      [SECURE_PATH, OWN],
      [SECURE_PATH, OWN],
    ])
    expect(a.apdus().map(({ dataOptions }) => dataOptions)).toEqual([[OWN, SECURE_PATH]])
  })

  it.each([{ first: false }, { second: false }, { first: false, second: false }])(
    'takes Secure Path away, and nothing else, where one of them is not secure: %j',
    isSecure => {
      const { world, a, b } = between(isSecure)
      a.send('1004aa', to(b), { dataOptions: [SECURE_PATH, OWN] })
      b.send('1004ab', TO_ALL, { dataOptions: [SECURE_PATH, OWN] })
      world.advance(ms(50))
      expect(b.apdus().map(({ dataOptions }) => dataOptions)).toEqual([[OWN]])
      expect(a.apdus().map(({ dataOptions }) => dataOptions)).toEqual([[OWN]])
    },
  )

  it('carries on what fits a station that takes less, and that station discards the rest', () => {
    const world = internetwork()
    const one = world.network('sc', 10)
    const two = world.network('sc', 20)
    two.hub?.kill()
    const small = { sc: { maxNpduLength: 480 } }
    world.router('router', [one, { on: two, ...small }])
    const [a, b] = [world.station('a', one), world.station('b', { on: two, ...small })]
    two.hub?.start()
    world.advance(seconds(20))
    a.send(`1004${'aa'.repeat(300)}`, to(b))
    a.send(`1004${'aa'.repeat(1400)}`, to(b))
    world.advance(ms(50))
    expect(b.apdus().map(({ apdu }) => apdu.length)).toEqual([302])
  })
})

describe('Secure Path', () => {
  it('does not come back when an NPDU has left BACnet/SC', () => {
    const world = internetwork()
    const [one, ip, two] = [world.network('sc', 10), world.network('ip', 20), world.network('sc', 30)]
    world.router('first', [one, ip])
    world.router('second', [ip, two])
    const [a, b] = [world.station('a', one), world.station('b', two)]
    world.advance(seconds(1))
    a.send('1004aa', to(b), { dataOptions: [SECURE_PATH, OWN] })
    world.advance(ms(50))
    expect(b.apdus().map(({ dataOptions }) => dataOptions)).toEqual([[]])
  })
})

describe('a router whose SC port loses its hub', () => {
  /** B/IP and BACnet/SC, and another network beyond the latter. */
  const outage = () => {
    const world = internetwork()
    const [ip, sc, far] = [world.network('ip', 10), world.network('sc', 30), world.network('ip6', 40)]
    const router = world.router('router', [ip, sc])
    const second = world.router('second', [sc, far])
    const [a, c, d] = [world.station('a', ip), world.station('c', sc), world.station('d', far)]
    world.advance(seconds(1))
    for (const hearer of [c, d]) a.send('100400', to(hearer))
    world.advance(seconds(1))
    world.spoken()
    for (const tag of ['Port', 'Route'] as const) [router, second].forEach(node => node.news(tag))
    return { world, ip, sc, router, second, a, c, d }
  }

  it('for a moment: what is sent meanwhile is dropped, nobody is told, it asks once who routes where now, and all goes on', () => {
    const { world, sc, router, second, a, c, d } = outage()
    sc.hub?.kill()
    world.advance(seconds(3))
    for (const hearer of [c, d]) a.send('1004aa', to(hearer))
    a.send('1004ab', TO_ALL)
    world.advance(seconds(1))
    sc.hub?.start()
    world.advance(seconds(5))
    for (const hearer of [c, d]) a.send('1004ac', to(hearer))
    d.send('1004ad', to(a))
    world.advance(seconds(1))
    expect(world.hearers('1004aa')).toEqual({})
    expect(Object.keys(world.hearers('1004ab'))).toEqual(['router'])
    expect(Object.keys(world.hearers('1004ac')).sort()).toEqual(['c', 'd'])
    expect(a.heard('1004ad')).toEqual([from(d, 'unicast')])
    const told = [router, second].flatMap(node => [
      ...node.news('Port'),
      ...node.news('Route'),
      ...node.news('RejectSent'),
    ])
    expect(told).toEqual([])
    expect(a.news('Rejected')).toEqual([])
    const words = world.spoken().filter(({ by, hex }) => ['router', 'second'].includes(by) && hex.startsWith('018'))
    // One is asked by a station as well, that has come back before the other.
    expect(words.map(({ by, hex }) => `${by} ${hex}`)).toEqual([
      'second 0180010028',
      'router 018000',
      'second 0180010028',
    ])
    router.submit({ _tag: 'ReadCounters' })
    expect(router.news('Counters')[0]?.counters.ports['sc 30']?.unsent).toEqual({ 'not connected': 3 })
    const discarded = router.news('Discarded').filter(({ reason }) => reason === 'not connected')
    expect(
      discarded.reduce((sum, { count }) => sum + count, 0),
      'and its application is told',
    ).toBe(3)
  })

  it('for long: what is sent there is rejected, and its return is announced', () => {
    const { world, ip, sc, router, a, c, d } = outage()
    sc.hub?.kill()
    world.advance(seconds(11))
    expect(router.news('Port')).toMatchObject([{ port: 'sc 30', isUp: false }])
    expect(router.news('Route').map(({ network, state }) => [network, state])).toEqual([
      [30, 'unreachable'],
      [40, 'unreachable'],
    ])
    for (const hearer of [c, d]) a.send('1004aa', to(hearer))
    world.advance(ms(50))
    expect(a.news('Rejected').map(({ network, reason }) => [network, reason])).toEqual([
      [30, 1],
      [40, 1],
    ])
    // What is for all networks is told where it does not go.
    a.send('1004ad', TO_ALL)
    router.send('1004ae', TO_ALL)
    world.advance(seconds(1))
    expect(router.news('Discarded')).toMatchObject([{ reason: 'its port is down', count: 1 }])
    expect(router.news('Dropped')).toMatchObject([{ reason: 'its port is down', port: 'sc 30' }])
    // Nobody is told any more that these are behind this router, and it asks for them where they may be.
    const stranger = world.bare('stranger', ip)
    world.advance(ms(10))
    stranger.say('018000')
    stranger.say('018000001e')
    world.advance(ms(10))
    expect(stranger.heard()).toEqual([])
    world.spoken()
    sc.hub?.start()
    world.advance(seconds(10))
    expect(router.news('Port')).toMatchObject([{ port: 'sc 30', isUp: true }])
    const announced = world.spoken().filter(({ by, network }) => by === 'router' && network === 10)
    expect(announced.map(({ hex }) => hex)).toEqual(['018001001e0028'])
    for (const hearer of [c, d]) a.send('1004ab', to(hearer))
    a.send('1004ac', toNetwork(40))
    world.advance(seconds(1))
    expect(Object.keys(world.hearers('1004ab')).sort()).toEqual(['c', 'd'])
    expect(Object.keys(world.hearers('1004ac'))).toEqual(['d'])
  })

  it('again and again: the others are not flooded with announcements', () => {
    const { world, sc } = outage()
    for (let times = 0; times < 30; times++) {
      sc.hub?.kill()
      world.advance(seconds(11))
      sc.hub?.start()
      world.advance(seconds(9))
    }
    const words = world
      .spoken()
      .filter(({ by, network, hex }) => by === 'router' && network === 10 && hex.startsWith('018'))
    // One for each return, and one that the router beyond says; five at once, and one in ten seconds, are the most.
    expect(words.length).toBeLessThanOrEqual(2 * 30)
    expect(words.length).toBeGreaterThan(5)
  })

  it('does not keep others waiting meanwhile', () => {
    const { world, sc, a } = outage()
    const b = world.station('b', { on: world.network('ip6', 50) })
    sc.hub?.kill()
    world.advance(seconds(1))
    a.send('1004aa', TO_ALL)
    world.advance(ms(20))
    expect(b.heard('1004aa')).toEqual([])
    expect(Object.keys(world.hearers('1004aa'))).toEqual(['router'])
  })
})

describe('a router that gets another address', () => {
  const SOON = { minReconnect: ms(50), maxReconnect: ms(50) }

  const onSc = () => {
    const world = internetwork()
    const [ip, sc, far] = [world.network('ip', 10), world.network('sc', 30), world.network('ip6', 40)]
    const router = world.router('router', [ip, sc])
    world.router('second', [sc, far])
    const c = world.station('c', { on: sc, sc: { timings: SOON } })
    const [a, d] = [world.station('a', ip), world.station('d', far)]
    world.advance(seconds(1))
    for (const speaker of [c, d]) speaker.send('100400', to(a))
    world.advance(seconds(1))
    return { world, sc, router, a, c, d }
  }

  it('as somebody has its VMAC: says at once where its networks are, and is found', () => {
    const { world, sc, router, a, c, d } = onSc()
    const before = macOn(router, sc)
    sc.hub?.kill()
    world.advance(ms(10))
    const host = Number.parseInt(before.slice(-2), 16)
    world.bare('impostor', {
      on: sc,
      host,
      sc: { uuid: '00000000-0000-4000-8000-0000000000ff', timings: SOON },
    })
    sc.hub?.start()
    world.advance(seconds(9))
    const [, now] = router
      .news('Port')
      .map(({ mac }) => mac)
      .slice(-2)
    expect(now).not.toBe(before)
    for (const speaker of [c, d]) speaker.send('1004aa', to(a))
    world.advance(seconds(1))
    expect(a.heard('1004aa')).toEqual([from(c, 'unicast'), from(d, 'unicast')])
  })

  it('as its host moves on B/IP: says at once where its networks are, and is found', () => {
    const world = internetwork()
    const [ip, sc, far] = [world.network('ip', 10), world.network('sc', 30), world.network('ip6', 40)]
    world.router('router', [{ on: ip, host: 1, ip: { isWildcard: true } }, sc])
    world.router('second', [ip, far])
    const [a, c, d] = [world.station('a', ip), world.station('c', sc), world.station('d', far)]
    world.advance(seconds(1))
    for (const speaker of [a, d]) speaker.send('100400', to(c))
    world.advance(seconds(1))
    world.virtual.ipv4.move('10.0.1.1', '10.0.1.2')
    world.advance(seconds(1))
    for (const speaker of [a, d]) speaker.send('1004aa', to(c))
    world.advance(seconds(1))
    expect(c.heard('1004aa')).toEqual([from(a, 'unicast'), from(d, 'unicast')])
  })
})
