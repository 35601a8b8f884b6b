import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TO_ALL } from '../../src/network/event/destination.js'
import type { RouterPolicy } from '../../src/network/event/router-policy.js'
import { ms, seconds } from '../../src/values/duration.js'
import { encodeNetworkMessage } from '../../src/wire/network-message-encode.js'
import { bip } from '../support/bvll-vectors.js'
import { internetwork, macOn, to, type LabNode } from '../support/internetwork.js'
import { anyNetworkMessage, anyNpduOctets } from '../support/npdu-arbitraries.js'
import { fromHex, toHex } from '../support/vectors.js'

/** What an attacker says: the `n`th of it, by broadcast or to the router, and from one of so many addresses. */
interface Attack {
  readonly npdu: (n: number) => string
  readonly isUnicast?: true
  /** Default 100, which he forges; from one all counts as that of one neighbour. */
  readonly addresses?: number
}

/** What an attack may cost, for each NPDU of it and in all. */
interface Cost {
  /** NPDUs that the router says or carries on because of it, all in all. */
  readonly npdus: number
  /** Octets of these for each octet of the attack. */
  readonly octets: number
  /** Routes that the router has in the end. Default 4: its networks, and the one beyond. */
  readonly routes?: number
}

const word = (value: number): string => (value & 0xffff).toString(16).padStart(4, '0')
const unknown = (n: number): string => word(1000 + (n % 60_000))
/** Numbers of networks that are not here. */
const numbers = (from: number, count: number): string =>
  Array.from({ length: count }, (_, n) => unknown(from + n)).join('')

/** Attacks per 100 ms, for three seconds: 3000 a second. */
const AT_ONCE = 300
const ROUNDS = 30

/** What a pace of so many at once and so many a second lets through meanwhile. */
const paced = (burst: number, perSecond: number): number => burst + 3 * perSecond

/**
 * A router between B/IP, B/IPv6 and BACnet/SC, and another network beyond a second router. The attacker is on B/IP, where
 * nobody can tell who sends what. The others speak all the while: beyond the router to and fro, and by broadcasts.
 */
const besieged = ({ npdu, isUnicast, addresses = 100 }: Attack, policy: Partial<RouterPolicy> = {}) => {
  const world = internetwork()
  const [ip, ip6, sc, far] = [
    world.network('ip', 10),
    world.network('ip6', 20),
    world.network('sc', 30),
    world.network('ip', 40),
  ]
  const router = world.router('router', [{ on: ip, host: 1 }, ip6, sc], { policy })
  world.router('second', [sc, far])
  const [b, c, d] = [world.station('b', ip6), world.station('c', sc), world.station('d', far)]
  world.advance(seconds(1))
  world.spoken()
  let attacks = 0
  let octets = 0

  const attack = (): void => {
    const said = fromHex(npdu(attacks))
    const length = said.length + 4
    world.virtual.ipv4.inject({
      from: bip(`10.0.1.${100 + (attacks % addresses)}:47808`),
      to: bip(isUnicast === true ? '10.0.1.1:47808' : '10.0.1.255:47808'),
      octets: Uint8Array.of(0x81, isUnicast === true ? 0x0a : 0x0b, length >> 8, length & 0xff, ...said),
    })
    attacks++
    octets += said.length
  }

  /** Asks once a second who routes to the network of BACnet/SC. */
  const asker = world.bare('asker', ip6)
  world.advance(ms(10))
  const missed: string[] = []
  const speak = (round: number): void => {
    const name = word(round)
    const wants: readonly (readonly [apdu: string, by: LabNode, hearer: LabNode, isForAll: boolean])[] = [
      [`1004aaaa${name}`, b, d, false],
      [`1004aaab${name}`, d, b, false],
      [`1004aaac${name}`, c, b, true],
      [`1004aaad${name}`, b, c, true],
    ]
    if (round % 10 === 0) asker.say('018000001e')
    for (const [apdu, by, hearer, isForAll] of wants) by.send(apdu, isForAll ? TO_ALL : to(hearer))
    world.advance(ms(50))
    if (round % 10 === 0 && !asker.heard().includes('018001001e')) missed.push('asker from router')
    for (const [apdu, by, hearer] of wants) {
      if (hearer.heard(apdu).length !== 1) missed.push(`${hearer.name} from ${by.name}`)
    }
  }

  const counters = () => {
    router.submit({ _tag: 'ReadCounters' })
    return router.told('Counters').at(-1)?.counters
  }

  /** What the router said that is none of the words of the others. */
  let said = 0
  let saidOctets = 0
  const count = (): void => {
    for (const { by, hex } of world.spoken()) {
      if (by !== 'router' || hex.includes('1004aaa') || hex === '018001001e') continue
      said++
      saidOctets += hex.length / 2
    }
  }

  let timers = 0
  return {
    world,
    router,
    ip,
    speak,
    missed,
    counters,
    rage: (): void => {
      for (let round = 0; round < ROUNDS; round++) {
        // The others speak when all budgets are spent that they have in common with him.
        for (let times = 0; times < AT_ONCE; times++) attack()
        speak(round)
        world.advance(ms(50))
        count()
        timers = Math.max(timers, world.running())
      }
    },
    cost: () => ({ npdus: said, amplification: saidOctets / octets, timers }),
  }
}

/** Messages about networks that are carried on to two networks; and global broadcasts. */
const CARRIED = 2 * paced(300, 100)
const BROADCAST = 2 * paced(2000, 1000)
/** What may be learned, and the own networks. */
const FULL = 1024 + 3

const ATTACKS: readonly (readonly [string, Attack, Cost])[] = [
  [
    'I-Am-Router of ever other networks, 700 at once',
    { npdu: n => `018001${numbers(700 * n, 700)}` },
    { npdus: 80, octets: 0.01, routes: FULL },
  ],
  [
    'I-Am-Router of ever other networks, one by one',
    { npdu: n => `018001${unknown(n)}` },
    { npdus: CARRIED, octets: 0.2, routes: FULL },
  ],
  ['I-Am-Router of networks that are here', { npdu: () => '0180010014001e' }, { npdus: 0, octets: 0 }],
  ['Router-Busy for all', { npdu: () => '018004' }, { npdus: 0, octets: 0 }],
  ['Router-Busy for the networks that are here', { npdu: () => '0180040014001e0028' }, { npdus: 0, octets: 0 }],
  ['Router-Available for all', { npdu: () => '018005' }, { npdus: 0, octets: 0 }],
  [
    'Reject with reason 1',
    { npdu: n => `01800301${word([0x14, 0x1e, 0x28][n % 3] ?? 0)}`, isUnicast: true },
    { npdus: 0, octets: 0 },
  ],
  ['Who-Is-Router for all', { npdu: () => '018000' }, { npdus: paced(5, 1), octets: 0.01 }],
  ['Who-Is-Router for ever other networks', { npdu: n => `018000${unknown(n)}` }, { npdus: CARRIED, octets: 0.4 }],
  [
    'Who-Is-Router for ever other networks, from one address',
    { npdu: n => `018000${unknown(n)}`, addresses: 1 },
    { npdus: 2 * paced(30, 10), octets: 0.04 },
  ],
  [
    'broadcasts that say they are from everywhere',
    { npdu: n => `0128ffff00${unknown(n)}0105fe1008` },
    { npdus: BROADCAST, octets: 1.2, routes: FULL },
  ],
  ['broadcasts', { npdu: () => '0120ffff00ff1008' }, { npdus: BROADCAST, octets: 2.4 }],
  [
    'broadcasts from one address',
    { npdu: () => '0120ffff00ff1008', addresses: 1 },
    { npdus: 2 * paced(200, 100), octets: 0.3 },
  ],
  [
    'broadcasts to a network that is not there',
    { npdu: n => `0120${unknown(n)}00ff1008` },
    { npdus: 2 * 3 * paced(64, 20), octets: 0.2 },
  ],
  [
    'unicasts to ever other networks',
    { npdu: n => `0120${unknown(n)}0105ff1004`, isUnicast: true },
    { npdus: 2 * 3 * paced(64, 20) + paced(100, 50), octets: 0.2 },
  ],
  [
    'questions for the routing table',
    { npdu: () => '01840600', isUnicast: true },
    { npdus: paced(5, 1), octets: 0.01 },
  ],
  [
    'orders to change the routing table',
    { npdu: () => '018406010028000000', isUnicast: true },
    { npdus: paced(300, 100), octets: 0.1 },
  ],
  ['messages that nobody knows', { npdu: () => '01800a', isUnicast: true }, { npdus: paced(100, 50), octets: 0.1 }],
  ['sources of ever other networks', { npdu: n => `0108${unknown(n)}01051008` }, { npdus: 0, octets: 0, routes: FULL }],
  ['sources of the network beyond', { npdu: () => '0108002806c0a80105bac01008' }, { npdus: 0, octets: 0 }],
  ['other numbers for the network', { npdu: n => `018013${unknown(n)}01` }, { npdus: 0, octets: 0 }],
  ['questions for the number of the network', { npdu: () => '018012' }, { npdus: paced(5, 1), octets: 0.01 }],
]

describe('an attacker on B/IP who sends 3000 NPDUs a second', () => {
  it.each(ATTACKS)('%s: others go on, and it is bounded', (_, attack, { npdus, octets, routes = 4 }) => {
    const siege = besieged(attack)
    siege.rage()
    const cost = siege.cost()
    expect(cost.npdus).toBeLessThanOrEqual(npdus)
    expect(cost.amplification).toBeLessThanOrEqual(octets)
    // What is gathered to be told, and what is on its way.
    expect(cost.timers).toBeLessThanOrEqual(600)
    expect(siege.counters()?.routes).toBeLessThanOrEqual(routes)
    expect(siege.counters()?.waiting).toBeLessThanOrEqual(256)
    expect(siege.missed).toEqual([])
    expect(siege.router.end()).toBeUndefined()
    siege.world.close()
    siege.world.advance(ms(1))
    expect([siege.world.open(), siege.world.running()]).toEqual([0, 0])
  })
})

describe('a routing table that an attacker has filled', () => {
  it('is read no more often than once a second, whoever seems to ask, as it is a thousand times as long as the question', () => {
    const siege = besieged({ npdu: n => (n < 300 ? `018001${numbers(200 * n, 200)}` : '01840600'), isUnicast: true })
    siege.rage()
    expect(siege.counters()?.routes).toBe(FULL)
    const parts = Math.ceil(FULL / 100)
    expect(siege.cost().npdus).toBeLessThanOrEqual(CARRIED + paced(5, 1) * parts)
    siege.world.close()
  })
})

/** What somebody who knows the protocol may say to break it, and what nobody would say. */
const anyAttack = (): fc.Arbitrary<string> =>
  fc.oneof(
    anyNpduOctets().map(toHex),
    fc
      .record({
        header: fc.constantFrom('0180', '01a0001400ff', '01a0ffff00ff', '018800280101', '01880014030004d2', '0184'),
        message: anyNetworkMessage(),
      })
      .map(({ header, message }) => `${header}${toHex(encodeNetworkMessage(message))}`),
  )

/** Who routes to the network beyond is no matter of the attacker's network. */
const KNOWING: Partial<RouterPolicy> = { mayAnnounce: (network, { port }) => network !== 40 || port === 'sc 30' }

describe('an attacker who says anything', () => {
  it('stops nothing: what others say to each other is heard, and all timers and links end', () => {
    fc.assert(
      fc.property(fc.array(anyAttack(), { minLength: 20, maxLength: 200 }), fc.boolean(), (words, isUnicast) => {
        const siege = besieged({ npdu: () => '0100' }, KNOWING)
        const stranger = siege.world.bare('stranger', siege.ip)
        siege.world.advance(ms(10))
        words.forEach((npdu, index) => {
          stranger.say(npdu, isUnicast ? macOn(siege.router, siege.ip) : 'broadcast')
          if (index % 20 === 0) siege.speak(index)
        })
        siege.world.advance(seconds(1))
        expect(siege.missed).toEqual([])
        expect(siege.router.end()).toBeUndefined()
        siege.world.advance(seconds(40))
        siege.speak(999)
        expect(siege.missed).toEqual([])
        siege.world.close()
        siege.world.advance(ms(1))
        expect([siege.world.open(), siege.world.running()]).toEqual([0, 0])
      }),
      { numRuns: 30, seed: 3 },
    )
  })
})

describe('a route that was taken over by a forged I-Am-Router-To-Network', () => {
  it('is not taken where the policy says who routes there', () => {
    const siege = besieged({ npdu: () => '0180010028' }, KNOWING)
    siege.rage()
    expect(siege.missed).toEqual([])
    siege.world.close()
  })
})
