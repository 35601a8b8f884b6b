import { describe, expect, it } from 'vitest'
import type { Fault } from '../../src/testing/index.js'
import { drawPlan } from './plan/draw-plan.js'
import type { Plan, ScSeat } from './plan/plan.js'
import { run } from './run.js'
import type { Fact } from './world/fact.js'
import { membersOf } from './world/member.js'

const WEEK_MS = 7 * 24 * 3_600_000

/** The first plan of some kind, of few stations and minutes. */
const planWith = (isOne: (plan: Plan) => boolean, nodes = 8): Plan => {
  for (let seed = 1; seed <= 1000; seed++) {
    const plan = drawPlan(seed, { nodes, hours: 0.2 })
    if (isOne(plan)) return plan
  }
  throw new Error('no plan of a thousand is of that kind')
}

/** All that happens in a run of a plan, in which nothing may be wrong. */
const factsOf = (plan: Plan): readonly Fact[] => {
  const facts: Fact[] = []
  expect(run(plan, { look: fact => facts.push(fact) }).violations).toEqual([])
  return facts
}

const has =
  (tag: Fault['_tag']) =>
  ({ script }: Plan): boolean =>
    script.some(({ fault }) => fault._tag === tag)

const scSeats = (plan: Plan): readonly ScSeat[] =>
  membersOf(plan).flatMap(({ seats }) => seats.filter(seat => seat.kind === 'sc'))

const standings = (facts: readonly Fact[], host: string) =>
  facts.flatMap(fact => (fact._tag === 'Stands' && fact.host === host && fact.isUp ? [fact] : []))

const noted = (facts: readonly Fact[], reason: string): readonly Fact[] =>
  facts.filter(fact => fact._tag === 'Noted' && fact.reason === reason)

describe('a plan', () => {
  it('has namesakes, which have one VMAC, of which one takes another', () => {
    const plan = planWith(drawn => new Set(scSeats(drawn).map(({ vmac }) => vmac)).size < scSeats(drawn).length)
    const facts = factsOf(plan)
    expect(noted(facts, 'a connection: the VMAC is used by another device').length).toBeGreaterThan(0)
    const namesakes = scSeats(plan).filter(({ vmac }, _, all) => all.filter(other => other.vmac === vmac).length > 1)
    const vmacs = namesakes.map(({ host }) => standings(facts, host).at(-1)?.mac)
    expect(vmacs).not.toContain(undefined)
    expect(new Set(vmacs).size).toBe(namesakes.length)
  })

  it('has hubs that are full', () => {
    const isTried = ({ script }: Plan): boolean =>
      script.some(
        ({ at, lasts = 0, fault }) =>
          fault._tag === 'Fill' &&
          String(fault.hubs).endsWith('a') &&
          !script.some(
            other =>
              ['Refuse', 'Hang'].includes(other.fault._tag) &&
              'hosts' in other.fault &&
              other.fault.hosts === fault.hubs,
          ) &&
          script.some(
            other =>
              other.fault._tag === 'Kill' &&
              other.fault.hosts === fault.hubs &&
              other.at + (other.lasts ?? 0) > at &&
              other.at + (other.lasts ?? 0) + 2000 < at + lasts,
          ),
      )
    expect(noted(factsOf(planWith(isTried)), 'a connection: no free connection').length).toBeGreaterThan(0)
  })

  it('has NATs that forget, whose foreign devices are seen at another port then, and registered', () => {
    const facts = factsOf(planWith(has('Rebind')))
    const rebound = facts.find(fact => fact._tag === 'Rebound')
    const [host = ''] = rebound?._tag === 'Rebound' ? rebound.hosts : []
    const addresses = standings(facts, host).map(({ address }) => address ?? '')
    expect(addresses.every(address => address.startsWith('203.0.113.'))).toBe(true)
    expect(new Set(addresses).size).toBeGreaterThan(1)
    const lists = facts.flatMap(fact => (fact._tag === 'Listed' ? [fact.members] : []))
    expect(lists.some(members => members.includes(addresses.at(-1) ?? ''))).toBe(true)
  })

  it.each(['ip', 'ip6'] as const)('has stations that move, while they are up or down: %s', kind => {
    const moving = (plan: Plan): readonly string[] =>
      plan.script.flatMap(({ fault }) =>
        fault._tag === 'Move' && fault.host.startsWith(`${kind}-`) ? [fault.host] : [],
      )
    const plan = planWith(drawn => moving(drawn).length > 1)
    const facts = factsOf(plan)
    const counts = moving(plan).map(host => new Set(standings(facts, host).map(({ address }) => address)).size)
    expect(Math.max(...counts)).toBe(2)
  })

  it('has many hosts that go down in one moment', () => {
    const isFirst = ({ script }: Plan): boolean =>
      script.find(({ fault }) => 'hosts' in fault && fault.hosts === '*')?.fault._tag === 'PowerOff'
    const plan = planWith(isFirst)
    const downs = factsOf(plan).flatMap(fact =>
      fact._tag === 'Stands' && fact.mac === undefined ? [`${fact.at} ${fact.host}`] : [],
    )
    const at = plan.script.find(({ fault }) => fault._tag === 'PowerOff' && fault.hosts === '*')?.at
    const isSeen = (host: string): boolean => downs.includes(`${at} ${host}`)
    expect(membersOf(plan).filter(({ host }) => isSeen(host)).length).toBeGreaterThan(membersOf(plan).length / 2)
  })

  it('has hubs on hosts of nodes and of boxes, which go down together', () => {
    const seated = (plan: Plan): readonly string[] =>
      plan.networks
        .flatMap(network => (network.kind === 'sc' ? network.hubs : []))
        .filter(hub => !hub.startsWith('hub-'))
    const plan = planWith(drawn => {
      const [host] = seated(drawn)
      return drawn.script.some(({ fault }) => fault._tag === 'Kill' && fault.hosts === host)
    })
    const facts = factsOf(plan)
    const [host = ''] = seated(plan)
    const served = facts.flatMap(fact => (fact._tag === 'Serves' && fact.hub === host ? [fact.node] : []))
    expect(served.length).toBeGreaterThan(0)
    const at = plan.script.find(({ fault }) => fault._tag === 'Kill' && fault.hosts === host)?.at
    const down = facts.filter(fact => fact.at === at && 'host' in fact && fact.host === host && fact._tag === 'Stands')
    expect(down.length).toBeGreaterThan(0)
  })

  it('has nodes that know one hub, though there are two', () => {
    const plan = planWith(drawn => scSeats(drawn).some(({ knowsFailover }) => !knowsFailover))
    const [one] = scSeats(plan).filter(({ knowsFailover }) => !knowsFailover)
    const network = plan.networks.find(({ number }) => number === one?.network)
    const hubs = standings(factsOf(plan), one?.host ?? '').map(({ through }) => through)
    expect(new Set(hubs)).toEqual(new Set(network?.kind === 'sc' ? [network.hubs[0]] : []))
  })

  it('has networks in a chain of five', () => {
    const isChain = ({ boxes }: Plan): boolean =>
      boxes.length === 4 && boxes.every(({ seats: [home, away] }) => away.network === home.network + 1)
    const plan = planWith(isChain, 12)
    const sent = factsOf(plan).filter(fact => fact._tag === 'Delivered' && fact.id !== undefined)
    expect(sent.length).toBeGreaterThan(0)
  })

  it('lasts for weeks, now and then', () => {
    const long = [...Array(1000).keys()].map(seed => drawPlan(seed + 1)).filter(({ stormy }) => stormy >= WEEK_MS)
    expect(long.length).toBeGreaterThanOrEqual(10)
    expect(long.length).toBeLessThanOrEqual(30)
    expect(Math.max(...long.map(({ stormy }) => stormy))).toBeLessThanOrEqual(2 * WEEK_MS)
    expect(Math.max(...long.map(plan => membersOf(plan).filter(({ isBox }) => !isBox).length))).toBe(10)
  })

  it('is plain where that is asked for', () => {
    for (let seed = 1; seed < 50; seed++) {
      const plain = drawPlan(seed, { isPlain: true })
      expect(plain.nats).toEqual([])
      expect(plain.script.filter(({ fault }) => ['Fill', 'Rebind', 'Move'].includes(fault._tag))).toEqual([])
    }
  })
})
