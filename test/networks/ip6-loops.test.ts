import { describe, expect, it } from 'vitest'
import { bbmd6, foreignDevice6 } from '../../src/index.js'
import { ms, seconds } from '../../src/values/duration.js'
import type { Bip6Vmac } from '../../src/values/bip6-vmac.js'
import { encodeBvll6 } from '../../src/wire/bvll6-encode.js'
import type { Bvll6Message } from '../../src/wire/bvll6.js'
import { bip6 } from '../support/bvll6-vectors.js'
import { vmacOf } from '../support/ip6-domains.js'
import { inWords6, ip6Lab, type Ip6Lab, type RunningIp6Port } from '../support/ip6-lab.js'
import { WHO_IS, numbered } from '../support/npdu.js'
import { heardTwice } from '../support/port-lab.js'

/*
 * Tables of people who made mistakes. Whatever is in them, broadcasts and resolutions end.
 */

const at = (link: number, host: number): string => `fd71:0:0:${link}::${host}`
const socket = (link: number, host: number): string => `[${at(link, host)}]:47808`
const [A, B, NODE_A, NODE_B, OTHER_A] = [socket(1, 1), socket(2, 1), socket(1, 7), socket(2, 7), socket(1, 2)]

const named = (lab: Ip6Lab, link: number, host: number, bdt?: readonly string[], isWildcard = false): RunningIp6Port =>
  lab.port(at(link, host), {
    deviceInstance: 0x1000 * link + host,
    isWildcard,
    ...(bdt === undefined ? {} : { role: bbmd6({ bdt }) }),
  })

/** What goes over the network until it is quiet, and before a question is asked once more. */
const datagramsOf = (lab: Ip6Lab, act: () => void): readonly string[] => {
  lab.advance(seconds(5))
  lab.sent()
  act()
  lab.advance(ms(900))
  return lab.sent().map(inWords6)
}

interface Mistake {
  readonly name: string
  readonly ofA: readonly string[]
  readonly ofB: readonly string[]
  /** Who hears the node beside A. */
  readonly heardBy: readonly string[]
  /** Who hears it twice. */
  readonly twice?: readonly string[]
  readonly datagrams: number
}

const EVERYBODY = [at(1, 1), at(1, 8), at(2, 1), at(2, 7)]

const mistakes: readonly Mistake[] = [
  { name: 'none', ofA: [B], ofB: [A], heardBy: EVERYBODY, datagrams: 3 },
  { name: 'the own entry, as in BACnet/IP', ofA: [A, B], ofB: [A, B], heardBy: EVERYBODY, datagrams: 3 },
  { name: 'entries twice', ofA: [B, B, A, A, B], ofB: [B, A, A], heardBy: EVERYBODY, datagrams: 3 },
  { name: 'a peer that does not know it', ofA: [B], ofB: [], heardBy: [at(1, 1), at(1, 8)], datagrams: 2 },
  {
    name: 'a peer that is an ordinary node, which hears it alone',
    ofA: [NODE_B],
    ofB: [A],
    heardBy: [at(1, 1), at(1, 8), at(2, 7)],
    datagrams: 2,
  },
  {
    name: 'a peer that is an ordinary node of the own domain, which hears all twice',
    ofA: [socket(1, 8), B],
    ofB: [A],
    heardBy: EVERYBODY,
    twice: [at(1, 8)],
    datagrams: 4,
  },
  { name: 'a peer that speaks itself', ofA: [NODE_A, B], ofB: [A], heardBy: EVERYBODY, datagrams: 3 },
  {
    name: 'a peer that is not there',
    ofA: [socket(3, 1), B],
    ofB: [A, socket(3, 1)],
    heardBy: EVERYBODY,
    datagrams: 4,
  },
]

describe('two BBMDs of BACnet/IPv6 with mistakes in their tables', () => {
  it.each(mistakes)('come to an end: $name', ({ ofA, ofB, heardBy, twice = [], datagrams }) => {
    const lab = ip6Lab()
    const [, , speaker] = [named(lab, 1, 1, ofA), named(lab, 2, 1, ofB), named(lab, 1, 7), named(lab, 1, 8)]
    named(lab, 2, 7)
    lab.advance(ms(1))
    const sent = datagramsOf(lab, () => speaker.broadcast(WHO_IS))
    expect(Object.keys(lab.hearers(WHO_IS)).sort()).toEqual([...heardBy].sort())
    expect(heardTwice(lab, WHO_IS)).toEqual(twice)
    expect(sent, sent.join('\n')).toHaveLength(datagrams)
    // A question goes the same ways as a broadcast, and the last of them ends it.
    const asked = datagramsOf(lab, () => speaker.unicast(WHO_IS, '003fff'))
    expect(asked, asked.join('\n')).toHaveLength(datagrams)
  })
})

describe('many BBMDs of BACnet/IPv6', () => {
  const links = Array.from({ length: 10 }, (_, index) => index + 1)

  it('ten of them, each of which lists the others: one copy a BBMD, one a domain', () => {
    const lab = ip6Lab()
    const bdt = links.map(link => socket(link, 1))
    const bbmds = links.map(link => named(lab, link, 1, bdt))
    const nodes = links.map(link => named(lab, link, 7))
    const device = lab.port(at(99, 7), { deviceInstance: 0x99007, role: foreignDevice6({ bbmd: socket(4, 1) }) })
    lab.advance(seconds(1))
    const [speaker, target] = [nodes[0], nodes[9]]
    if (speaker === undefined || target === undefined) throw new Error('nobody speaks')
    // Original, nine copies for peers, nine in their domains, one for the foreign device.
    expect(datagramsOf(lab, () => speaker.broadcast(WHO_IS))).toHaveLength(20)
    const all = [...bbmds, ...nodes, device].filter(port => port !== speaker)
    expect(lab.hearers(WHO_IS)).toEqual(Object.fromEntries(all.map(({ name }) => [name, [vmacOf(speaker)]])))
    // Distribute, one domain, nine peers, nine domains.
    expect(datagramsOf(lab, () => device.broadcast(numbered(1)))).toHaveLength(20)
    expect(heardTwice(lab, numbered(1))).toEqual([])
    expect(Object.keys(lab.hearers(numbered(1)))).toHaveLength(20)
    // The same ways for a question, but into the domain of the BBMD that is asked for; then its answer and the NPDU.
    expect(datagramsOf(lab, () => target.unicast(numbered(2), vmacOf(bbmds[1] ?? target)))).toHaveLength(19 + 2)
    expect(lab.hearers(numbered(2))).toEqual({ [at(2, 1)]: [vmacOf(target)] })
  })

  it('three of them in a ring, where each lists the one before and the one behind it, as all do that list all', () => {
    const lab = ip6Lab()
    const ring = [1, 2, 3].map(link =>
      named(lab, link, 1, [socket((link % 3) + 1, 1), socket(((link + 1) % 3) + 1, 1)]),
    )
    const speaker = named(lab, 1, 7)
    lab.advance(ms(1))
    expect(datagramsOf(lab, () => speaker.broadcast(WHO_IS))).toHaveLength(5)
    expect(datagramsOf(lab, () => speaker.unicast(WHO_IS, '003fff'))).toHaveLength(5)
    expect(ring.map(port => port.heard(WHO_IS))).toEqual(ring.map(() => [vmacOf(speaker)]))
  })

  it('three of them in a row: nothing makes a second hop between BBMDs', () => {
    const lab = ip6Lab()
    named(lab, 1, 1, [socket(2, 1)])
    named(lab, 2, 1, [socket(1, 1), socket(3, 1)])
    const last = named(lab, 3, 1, [socket(2, 1)])
    const speaker = named(lab, 1, 7)
    lab.advance(ms(1))
    expect(datagramsOf(lab, () => speaker.broadcast(WHO_IS))).toHaveLength(3)
    expect(datagramsOf(lab, () => speaker.unicast(WHO_IS, vmacOf(last)))).toHaveLength(3)
    expect(last.heard(WHO_IS)).toEqual([])
  })
})

describe('two BBMDs in one multicast domain, which should not be', () => {
  it.each([
    { name: 'that list each other and another one', ofA: [OTHER_A, B], ofOther: [A, B], ofB: [A, OTHER_A] },
    { name: 'that list each other', ofA: [OTHER_A], ofOther: [A], ofB: [] },
    { name: 'of which one lists the other', ofA: [OTHER_A], ofOther: [], ofB: [] },
    { name: 'that list another one', ofA: [B], ofOther: [B], ofB: [A, OTHER_A] },
  ])('$name: broadcasts and questions come to an end, also where nobody can tell how they came', tables => {
    for (const isWildcard of [false, true]) {
      const lab = ip6Lab()
      named(lab, 1, 1, tables.ofA, isWildcard)
      named(lab, 1, 2, tables.ofOther, isWildcard)
      named(lab, 2, 1, tables.ofB, isWildcard)
      const [speaker, far] = [named(lab, 1, 7), named(lab, 2, 7)]
      lab.port(at(9, 7), { deviceInstance: 0x9007, role: foreignDevice6({ bbmd: A }) })
      lab.advance(ms(10))
      // Itself, and of each of three BBMDs at most two copies for the others, one for its domain and one for the device.
      for (const port of [speaker, far]) {
        const sent = datagramsOf(lab, () => port.broadcast(WHO_IS))
        expect(sent.length, sent.join('\n')).toBeLessThanOrEqual(1 + 3 * 4)
        const asked = datagramsOf(lab, () => port.unicast(WHO_IS, '003fff'))
        expect(asked.length, asked.join('\n')).toBeLessThanOrEqual(1 + 3 * 4)
      }
    }
  })
})

describe('messages that somebody forges', () => {
  const TARGET = '003fff' as Bip6Vmac
  const forwarded = (originating: string): Bvll6Message => ({
    _tag: 'Forwarded-NPDU',
    source: '001001' as Bip6Vmac,
    originating: bip6(originating),
    npdu: WHO_IS,
  })
  const asked = (originating: string): Bvll6Message => ({
    _tag: 'Forwarded-Address-Resolution',
    source: '001001' as Bip6Vmac,
    target: TARGET,
    originating: bip6(originating),
  })

  it('as if they came back to the BBMD that said them: it does not pass them on', () => {
    const lab = ip6Lab()
    named(lab, 1, 1, [B])
    const node = named(lab, 1, 7)
    lab.advance(ms(1))
    lab.sent()
    for (const message of [forwarded(A), asked(A)]) {
      for (const from of [A, B]) lab.network.inject({ from: bip6(from), to: bip6(A), octets: encodeBvll6(message) })
    }
    lab.advance(seconds(1))
    expect(lab.sent()).toHaveLength(4)
    expect(node.heard(WHO_IS)).toEqual([])
  })

  it('as registrations of BBMDs with each other: nothing goes to and fro', () => {
    const lab = ip6Lab()
    const all = [1, 2, 3].map(link => socket(link, 1))
    const bbmds = [1, 2, 3].map(link => named(lab, link, 1, all))
    const speaker = named(lab, 1, 7)
    lab.advance(ms(1))
    for (const from of all) {
      for (const to of all) {
        const register: Bvll6Message = { _tag: 'Register-Foreign-Device', source: TARGET, ttl: 65535 }
        if (from !== to) lab.network.inject({ from: bip6(from), to: bip6(to), octets: encodeBvll6(register) })
      }
    }
    lab.advance(ms(10))
    expect(datagramsOf(lab, () => speaker.broadcast(WHO_IS))).toHaveLength(5)
    expect(datagramsOf(lab, () => speaker.unicast(WHO_IS, '003ffe'))).toHaveLength(5)
    expect(bbmds.map(port => port.heard(WHO_IS).length)).toEqual([1, 1, 1])
  })

  it('as registrations of BBMDs that do not list each other: each broadcast goes round once', () => {
    const lab = ip6Lab()
    named(lab, 1, 1, [])
    named(lab, 2, 1, [])
    const speaker = named(lab, 1, 7)
    lab.advance(ms(1))
    const register: Bvll6Message = { _tag: 'Register-Foreign-Device', source: TARGET, ttl: 65535 }
    lab.network.inject({ from: bip6(A), to: bip6(B), octets: encodeBvll6(register) })
    lab.network.inject({ from: bip6(B), to: bip6(A), octets: encodeBvll6(register) })
    lab.advance(ms(10))
    // The other BBMD discards what is not from one of its BDT.
    expect(datagramsOf(lab, () => speaker.broadcast(WHO_IS))).toHaveLength(2)
    expect(datagramsOf(lab, () => speaker.unicast(WHO_IS, '003ffe'))).toHaveLength(2)
  })
})
