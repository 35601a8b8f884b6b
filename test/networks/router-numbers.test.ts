import { describe, expect, it } from 'vitest'
import { TO_ALL, toStation } from '../../src/network/event/destination.js'
import { ms, seconds } from '../../src/values/duration.js'
import { from, internetwork, to } from '../support/internetwork.js'
import { macOf } from '../support/mac.js'

describe('a port that does not know the number of its network', () => {
  /** Two routers on the middle network, of which only one knows its number. */
  const middle = (knows = true) => {
    const world = internetwork()
    const [one, two, three] = [world.network('ip', 10), world.network('sc', 20), world.network('ip6', 30)]
    const learner = world.router('learner', [{ on: two, as: undefined }, three])
    const teacher = (): void => void world.router('teacher', [one, knows ? two : { on: two, as: undefined }])
    const [a, c] = [world.station('a', one), world.station('c', three)]
    world.advance(seconds(1))
    return { world, learner, teacher, a, c }
  }

  it('carries nothing on and gives no source away, until a router there says it', () => {
    const { world, learner, teacher, a, c } = middle()
    c.send('100400', TO_ALL)
    world.advance(seconds(1))
    expect(world.spoken().filter(({ by, hex }) => by === 'learner' && hex.includes('1004'))).toEqual([])
    teacher()
    world.advance(seconds(11))
    expect(learner.news('Port').map(({ port, network }) => `${port} ${network}`)).toContain('sc 20 20')
    a.send('1004aa', TO_ALL)
    a.send('1004ab', to(c))
    c.send('1004ac', to(a))
    world.advance(seconds(1))
    expect(c.heard('1004aa')).toEqual([from(a, 'global-broadcast')])
    expect(c.heard('1004ab')).toEqual([from(a, 'unicast')])
    expect(a.heard('1004ac')).toEqual([from(c, 'unicast')])
    expect(learner.heard('1004aa')).toEqual([from(a, 'global-broadcast')])
  })

  it('asks ever more seldom while nobody knows, and two who do not know teach each other nothing', () => {
    const { world, learner, teacher } = middle(false)
    teacher()
    world.advance(seconds(600))
    const asked = world.spoken().filter(({ by, hex }) => by === 'learner' && hex === '018012')
    expect(asked.length).toBeLessThanOrEqual(7)
    expect(learner.routes()).not.toHaveProperty('20')
  })

  it('that is learned as one that another port has is told, and routes nothing', () => {
    const world = internetwork()
    const [one, two] = [world.network('ip', 10), world.network('sc', 20)]
    const router = world.router('router', [one, { on: two, as: undefined }])
    const liar = world.bare('liar', two)
    const station = world.station('station', one)
    world.advance(seconds(1))
    liar.say('018013000a01')
    world.advance(ms(10))
    expect(router.news('Conflict')).toMatchObject([{ conflict: 'network of two ports', network: 10, port: 'sc 20' }])
    liar.say('0120ffff00ff1004aa')
    world.advance(ms(10))
    expect(station.heard('1004aa')).toEqual([])
  })
})

describe('an address of a B/IPv6 station that must be found out', () => {
  it('keeps only what is for that station waiting, in order, while all else goes on', () => {
    const world = internetwork()
    const [ip, ip6] = [world.network('ip', 10), world.network('ip6', 20)]
    const router = world.router('router', [ip, ip6])
    const [a, b, known] = [world.station('a', ip), world.station('b', ip6), world.station('known', ip6)]
    world.advance(seconds(1))
    known.send('100400', to(a))
    world.advance(ms(20))
    const nobody = toStation(macOf('0fffff'), 20)
    const words = Array.from({ length: 10 }, (_, n) => `1004a${n}`)
    a.send('1004ff', nobody)
    for (const word of words) a.send(word, to(b))
    a.send('1004bb', to(known))
    // There and on; nothing is to be asked for the one that is known.
    world.advance(ms(2))
    expect(known.heard('1004bb')).toHaveLength(1)
    expect(b.apdus()).toHaveLength(0)
    world.advance(ms(3))
    expect(words.map(word => b.heard(word).length)).toEqual(words.map(() => 1))
    expect(b.apdus().map(({ apdu }) => apdu[2])).toEqual(words.map((_, n) => 0xa0 + n))
    b.send('1004cc', to(a))
    world.advance(ms(5))
    expect(a.heard('1004cc')).toEqual([from(b, 'unicast')])
    world.advance(seconds(10))
    router.submit({ _tag: 'ReadCounters' })
    expect(router.news('Counters')[0]?.counters.ports['ip6 20']?.unsent).toEqual({ 'nobody answered for its VMAC': 1 })
    expect(a.news('Rejected')).toEqual([])
  })
})
