import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { broadcastTable, type BroadcastTable } from '../../src/ip/broadcast-table.js'
import { parseBdtEntry } from '../../src/ip/bdt-text.js'
import { forwarding, type Copies, type ForwardedBy, type ForwardingFacts } from '../../src/bvll/forwarding.js'
import { printBipAddress, type BipAddress } from '../../src/values/bip-address.js'
import { bip } from '../support/bvll-vectors.js'
import { right } from '../support/right.js'

const SELF = '192.168.1.10:47808'
const SUBNET = '192.168.1.255:47808'
const PEER = '192.168.2.10:47808'
const FOREIGN = '10.20.30.40:47808'
const OTHER_FOREIGN = '198.51.100.9:49152'

interface Given {
  readonly bdt?: readonly string[]
  readonly foreign?: readonly string[]
  readonly global?: string
}

interface Facts extends ForwardingFacts<BipAddress> {
  readonly table: BroadcastTable
}

const factsOf = ({ bdt = [SELF, PEER], foreign = [FOREIGN, OTHER_FOREIGN], global }: Given = {}): Facts => {
  const isSelf = (address: BipAddress): boolean =>
    address === bip(SELF) || (global !== undefined && address === bip(global))
  const owner = { known: bip(global ?? SELF), isSelf, broadcast: bip(SUBNET) }
  return {
    table: broadcastTable(
      bdt.map(text => right(parseBdtEntry(text))),
      owner,
    ),
    foreign: foreign.map(bip),
    domain: bip(SUBNET),
    isSelf,
  }
}

const copiesOfOriginal = (origin: BipAddress, facts: ForwardingFacts<BipAddress>): Copies<BipAddress> =>
  forwarding(facts).ofOriginal(origin)
const copiesOfForwarded = (
  origin: BipAddress,
  from: ForwardedBy<BipAddress>,
  facts: ForwardingFacts<BipAddress>,
): Copies<BipAddress> => forwarding(facts).ofForwarded(origin, from)
const copiesOfDistributed = (origin: BipAddress, facts: ForwardingFacts<BipAddress>): Copies<BipAddress> =>
  forwarding(facts).ofDistributed(origin, false)

const shown = (copies: Iterable<BipAddress>): readonly string[] => [...copies].map(printBipAddress)

describe('who gets a copy of a broadcast (section 6)', () => {
  const neighbour = bip('192.168.1.50:47808')

  it('of an Original-Broadcast-NPDU: the other BBMDs and all foreign devices, never the own subnet', () => {
    expect(shown(copiesOfOriginal(neighbour, factsOf()))).toEqual([PEER, FOREIGN, OTHER_FOREIGN])
  })

  it('goes to the subnet of a BBMD whose mask says so, as a directed broadcast', () => {
    const bdt = [SELF, '10.1.2.3:47808/255.255.0.0']
    expect(shown(copiesOfOriginal(neighbour, factsOf({ bdt, foreign: [] })))).toEqual(['10.1.255.255:47808'])
  })

  const unheard: ForwardedBy<BipAddress> = { sender: bip(PEER), isHeard: false }
  const heard: ForwardedBy<BipAddress> = { sender: bip(PEER), isHeard: true }

  it('of a Forwarded-NPDU that the subnet has not heard: the own subnet and foreign devices, but no BBMD', () => {
    const facts = factsOf({ foreign: [FOREIGN, PEER, OTHER_FOREIGN] })
    expect(shown(copiesOfForwarded(bip('192.168.2.77:47808'), unheard, facts))).toEqual([
      SUBNET,
      FOREIGN,
      OTHER_FOREIGN,
    ])
  })

  it.each([
    ['the subnet has heard', heard, [SELF, PEER]],
    ['finds an own entry with the mask of the subnet', unheard, [`${SELF}/255.255.255.0`, PEER]],
  ] as const)('of one that %s: only foreign devices', (_, from, bdt) => {
    const copies = copiesOfForwarded(bip('192.168.2.77:47808'), from, factsOf({ bdt }))
    expect(shown(copies)).toEqual([FOREIGN, OTHER_FOREIGN])
  })

  it('of one that a stranger sent: not to that one, if it is a foreign device as well', () => {
    const from = { sender: bip(FOREIGN), isHeard: false }
    expect(shown(copiesOfForwarded(bip('192.168.2.77:47808'), from, factsOf()))).toEqual([SUBNET, OTHER_FOREIGN])
  })

  it('of a Distribute-Broadcast-To-Network: the own subnet, the other BBMDs, the other foreign devices', () => {
    expect(shown(copiesOfDistributed(bip(FOREIGN), factsOf()))).toEqual([SUBNET, PEER, OTHER_FOREIGN])
  })

  it('never goes to the global address of the BBMD itself', () => {
    const given = {
      bdt: ['203.0.113.7:47809', PEER],
      foreign: ['203.0.113.7:47809', FOREIGN],
      global: '203.0.113.7:47809',
    }
    expect(shown(copiesOfDistributed(bip(OTHER_FOREIGN), factsOf(given)))).toEqual([SUBNET, PEER, FOREIGN])
  })

  it('goes nowhere twice: not to a peer in both tables, nor to a subnet that two entries name', () => {
    const bdt = [SELF, PEER, '10.1.2.3:47808/255.255.0.0', '10.1.7.7:47808/255.255.0.0']
    expect(shown(copiesOfOriginal(neighbour, factsOf({ bdt, foreign: [PEER, FOREIGN] })))).toEqual([
      PEER,
      '10.1.255.255:47808',
      FOREIGN,
    ])
  })

  it('does not put on the own subnet what a mistaken entry of a neighbour would have there', () => {
    const bdt = [SELF, '192.168.1.11:47808/255.255.255.0']
    expect(shown(copiesOfOriginal(neighbour, factsOf({ bdt, foreign: [] })))).toEqual([])
  })

  it('never goes back to where it came from, nor to the BBMD itself, whatever the tables say', () => {
    const host = fc.integer({ min: 1, max: 12 }).map(last => `192.168.1.${last}:47808`)
    fc.assert(
      fc.property(fc.array(host), fc.array(host), host, (bdt, foreign, origin) => {
        const to = forwarding(factsOf({ bdt, foreign }))
        for (const copies of [
          to.ofOriginal(bip(origin)),
          to.ofForwarded(bip(origin), unheard),
          to.ofForwarded(bip(origin), heard),
          to.ofDistributed(bip(origin), false),
          to.ofDistributed(bip(origin), true),
        ]) {
          expect(shown(copies)).not.toContain(origin)
          expect(shown(copies)).not.toContain(SELF)
        }
      }),
    )
  })
})

describe('a broadcast distribution table', () => {
  const tableOf = (...bdt: readonly string[]): BroadcastTable => factsOf({ bdt }).table

  it('gains an entry of its own with a mask of all ones where it has none', () => {
    expect(tableOf(PEER).entries).toContainEqual(right(parseBdtEntry(SELF)))
    expect(tableOf(PEER).isTwoHop).toBe(true)
  })

  it('keeps the mask of its own entry', () => {
    expect(tableOf(`${SELF}/255.255.255.0`, PEER)).toMatchObject({ isTwoHop: false })
    expect(tableOf(`${SELF}/255.255.255.0`, PEER).entries).toHaveLength(2)
  })

  it('is known to the others by the global address behind NAT', () => {
    const { entries } = factsOf({ bdt: [PEER], global: '203.0.113.7:47809' }).table
    expect(entries).toContainEqual(right(parseBdtEntry('203.0.113.7:47809')))
  })

  it('has each address once; the later mask counts', () => {
    expect(tableOf(PEER, `${PEER}/255.255.255.0`).destinations.map(printBipAddress)).toEqual(['192.168.2.255:47808'])
  })

  it('knows who is in it', () => {
    expect(tableOf(PEER).isPeer(bip(PEER))).toBe(true)
    expect(tableOf(PEER).isPeer(bip(SELF))).toBe(false)
    expect(tableOf(PEER).isPeer(bip(FOREIGN))).toBe(false)
  })
})
