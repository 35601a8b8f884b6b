import { describe, expect, it } from 'vitest'
import { TO_ALL, toNetwork, toStation } from '../../src/network/event/destination.js'
import type { Conflict } from '../../src/network/event/network-event.js'
import { ms, seconds, type Duration } from '../../src/values/duration.js'
import { internetwork, to, type Internetwork, type LabNetwork, type LabNode } from '../support/internetwork.js'
import type { Kind } from '../support/internetwork-hosts.js'

/*
 * Internetworks that are not as they should be. Nothing may go round for ever: what is said after the last input is
 * counted, and is over soon; the conflicts are told.
 */

interface Tangle {
  readonly world: Internetwork
  readonly routers: readonly LabNode[]
  readonly stations: readonly LabNode[]
}

type Make = (world: Internetwork) => {
  readonly boxes: readonly (readonly (LabNetwork | { readonly on: LabNetwork; readonly as: number })[])[]
  readonly seats: readonly LabNetwork[]
}

const sideBySide =
  (...kinds: readonly [Kind, Kind]): Make =>
  world => {
    const [one, two] = [world.network(kinds[0], 10), world.network(kinds[1], 20)]
    const boxes = [
      [one, two],
      [one, two],
    ]
    return { boxes, seats: [one, two] }
  }

const ring: Make = world => {
  const [a, b, c] = [world.network('ip', 10), world.network('ip6', 20), world.network('sc', 30)]
  const boxes = [
    [a, b],
    [b, c],
    [c, a],
  ]
  return { boxes, seats: [a, b, c] }
}

const ringWithTails: Make = world => {
  const { boxes, seats } = ring(world)
  const tails = [world.network('ip', 40), world.network('ip', 50)]
  const [a, , c] = seats as [LabNetwork, LabNetwork, LabNetwork]
  const more = [
    [a, tails[0] as LabNetwork],
    [c, tails[1] as LabNetwork],
  ]
  return { boxes: [...boxes, ...more], seats: [...seats, ...tails] }
}

const twoPortsOnOneSubnet: Make = world => {
  const [one, two] = [world.network('ip', 10), world.network('sc', 30)]
  return { boxes: [[one, { on: one, as: 20 }, two]], seats: [one, two] }
}

const oneNumberTwice: Make = world => {
  const [one, two, other] = [world.network('ip', 10), world.network('ip6', 20), world.network('ip', 10)]
  const boxes = [
    [one, two],
    [two, other],
  ]
  return { boxes, seats: [one, two, other] }
}

const start = (make: Make): Tangle => {
  const world = internetwork()
  const { boxes, seats } = make(world)
  const routers = boxes.map((ports, index) => world.router(`router ${index + 1}`, ports))
  const stations = seats.map((network, index) => world.station(`station ${index + 1}`, network))
  return { world, routers, stations }
}

/** How many NPDUs are said within a time, after which nothing more is for ten minutes. */
const saidWithin = (world: Internetwork, time: Duration): number => {
  world.advance(time)
  const count = world.spoken().length
  world.advance(seconds(600))
  expect(world.spoken().map(({ by, hex }) => `${by} ${hex}`)).toEqual([])
  return count
}

const conflicts = (routers: readonly LabNode[]): readonly Conflict[] =>
  [...new Set(routers.flatMap(router => router.news('Conflict').map(({ conflict }) => conflict)))].sort()

const LOOPED: Conflict = 'source of a network that is here'
const OTHER: Conflict = 'other router to a network that is here'
const BACK: Conflict = 'broadcast that comes back'
const NUMBER: Conflict = 'other number for a network'

/** The NPDUs that there may be at most: at the start; for a broadcast of each station; for a question of each; for a search of each. */
interface Bounds {
  readonly start: number
  readonly broadcast: number
  readonly question: number
  readonly search: number
}

const TANGLES: readonly (readonly [string, Make, Bounds, readonly Conflict[]])[] = [
  [
    'two routers side by side, B/IP',
    sideBySide('ip', 'ip'),
    { start: 8, broadcast: 3, question: 3, search: 9 },
    [OTHER],
  ],
  [
    'two routers side by side, three kinds',
    sideBySide('sc', 'ip6'),
    { start: 8, broadcast: 3, question: 3, search: 9 },
    [OTHER],
  ],
  ['three routers in a ring', ring, { start: 18, broadcast: 5, question: 5, search: 15 }, [OTHER]],
  [
    'three routers in a ring, and networks beyond',
    ringWithTails,
    { start: 40, broadcast: 8, question: 14, search: 40 },
    [OTHER],
  ],
  [
    'two ports on one subnet',
    twoPortsOnOneSubnet,
    { start: 9, broadcast: 5, question: 4, search: 12 },
    [NUMBER, OTHER],
  ],
  ['one number for two networks', oneNumberTwice, { start: 8, broadcast: 3, question: 6, search: 9 }, [OTHER]],
]

describe.each(TANGLES)('%s', (_, make, most, due) => {
  it('fall silent after they have started, and tell that something is wrong', () => {
    const { world, routers } = start(make)
    expect(saidWithin(world, seconds(2))).toBeLessThanOrEqual(most.start)
    expect(conflicts(routers)).toEqual(expect.arrayContaining([...due]))
  })

  it('carry on a broadcast, and it ends', () => {
    const { world, routers, stations } = start(make)
    saidWithin(world, seconds(2))
    stations.forEach((station, index) => {
      const apdu = `1004a${index}`
      station.send(apdu, TO_ALL)
      expect(saidWithin(world, ms(100))).toBeLessThanOrEqual(most.broadcast)
      for (const heard of Object.values(world.hearers(apdu))) expect(heard.length).toBeLessThanOrEqual(3)
      for (const number of [10, 20, 30, 40]) station.send(`1004b${index}`, toNetwork(number))
      expect(saidWithin(world, seconds(7))).toBeLessThanOrEqual(4 * most.search)
    })
    const told = conflicts(routers)
    expect(told.includes(LOOPED) || told.includes(BACK) || told.includes(OTHER)).toBe(true)
  })

  it('answer and carry on questions, and they end', () => {
    const { world, stations } = start(make)
    saidWithin(world, seconds(2))
    for (const station of stations) {
      station.submit({ _tag: 'FindRouter', network: undefined })
      expect(saidWithin(world, seconds(1))).toBeLessThanOrEqual(most.question)
      station.submit({ _tag: 'FindRouter', network: 99 })
      expect(saidWithin(world, seconds(1))).toBeLessThanOrEqual(most.search)
      station.send('1004aa', toNetwork(99))
      expect(saidWithin(world, seconds(7))).toBeLessThanOrEqual(3 * most.search)
    }
  })

  it('let no unicast go round', () => {
    const { world, stations } = start(make)
    saidWithin(world, seconds(2))
    for (const speaker of stations) {
      for (const hearer of stations) {
        const [there] = hearer.ports
        if (there === undefined || speaker === hearer) continue
        speaker.send('1004cc', toStation(there.mac, there.on.number))
        expect(saidWithin(world, seconds(7))).toBeLessThanOrEqual(30)
      }
    }
  })

  it('fall silent again when routers restart and flap, and after Busy, Available and Reject', () => {
    const { world, routers } = start(make)
    saidWithin(world, seconds(2))
    for (const router of routers) {
      for (let times = 0; times < 5; times++) {
        router.kill()
        world.advance(ms(300))
        router.start()
        world.advance(ms(300))
      }
      // Announcements of those whose pace is spent come later: one in 10 s.
      expect(saidWithin(world, seconds(31))).toBeLessThanOrEqual(8 * most.start)
    }
    const [network] = routers.flatMap(({ ports }) => ports.map(({ on }) => on))
    const stranger = world.bare('stranger', network as LabNetwork)
    world.advance(ms(10))
    for (const npdu of [
      '018004',
      '018005',
      '01800400140028',
      '01800500140028',
      '01800301001e',
      '0180010028',
      '0180010063',
    ]) {
      stranger.say(npdu)
      expect(saidWithin(world, seconds(2)), npdu).toBeLessThanOrEqual(most.start)
    }
  })
})

describe('routers side by side whose hub restarts again and again', () => {
  it('ask for their routes again, and keep to the router that is beyond', () => {
    const world = internetwork()
    const [one, two, far] = [world.network('ip', 10), world.network('sc', 20), world.network('ip', 30)]
    const twins = ['first', 'second'].map(name => world.router(name, [one, two]))
    world.router('third', [two, far])
    const [a, d] = [world.station('a', one), world.station('d', far)]
    world.advance(seconds(5))
    const restarts = [...Array(8).keys()]
    for (const restart of restarts) {
      two.hub?.kill()
      world.advance(seconds(3))
      two.hub?.start()
      world.advance(seconds(20))
      for (const speaker of [...twins, a]) speaker.send(`101${restart}`, to(d))
      world.advance(seconds(10))
    }
    expect(restarts.map(restart => d.heard(`101${restart}`).length)).toEqual(restarts.map(() => 3))
    for (const twin of twins) expect(twin.routes()[30]).toMatch(/^sc 20 .* reachable$/u)
  })
})

describe('routers that announce each other’s networks', () => {
  it('hold a route that changes to and fro, tell so once, and carry nothing on meanwhile', () => {
    const world = internetwork()
    const [one, two] = [world.network('ip', 10), world.network('sc', 20)]
    const router = world.router('router', [one, two])
    const strangers = [world.bare('a', one), world.bare('b', two)]
    world.advance(seconds(1))
    world.spoken()
    for (let times = 0; times < 100; times++) {
      strangers.forEach(stranger => stranger.say('0180010063'))
      world.advance(ms(100))
    }
    const said = world.spoken().filter(({ by }) => by === 'router')
    expect(said.length).toBeLessThanOrEqual(6)
    expect(router.news('Conflict').map(({ conflict }) => conflict)).toEqual(['route changes to and fro'])
    expect(router.routes()[99]).toMatch(/reachable$/u)
    world.advance(seconds(120))
    strangers[1]?.say('0180010063')
    world.advance(seconds(1))
    expect(router.routes()[99]).toMatch(/^sc 20 /u)
  })
})
