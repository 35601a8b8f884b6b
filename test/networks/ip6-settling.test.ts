import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bbmd6, ordinaryNode } from '../../src/index.js'
import { ms, seconds } from '../../src/values/duration.js'
import { isRandomBip6Vmac } from '../../src/values/bip6-vmac.js'
import { numbered } from '../support/npdu.js'
import { vmacOf } from '../support/ip6-domains.js'
import type { Ip6Lab } from '../support/ip6-lab.js'
import { nobodyStep, play6, roleStep } from '../support/ip6-play.js'
import { build6, topology6, type Station6 } from '../support/ip6-topology.js'
import { faultStep, sendStep, waitStep } from '../support/port-steps.js'

/*
 * What any B/IPv6 network comes to when it is left alone: VMACs that differ, and no timer but those of registrations.
 */

/** Those of one island who have the same VMAC. */
const alike = (stations: readonly Station6[]): readonly string[] =>
  stations.flatMap((one, index) =>
    stations
      .slice(index + 1)
      .filter(other => other.island === one.island && vmacOf(other.port) === vmacOf(one.port))
      .map(other => `${one.port.name} and ${other.port.name} are both ${vmacOf(one.port)}`),
  )

/** Lets each speak to all and to each other one, and says who does not hear exactly that. */
const misheard = (lab: Ip6Lab, stations: readonly Station6[], first: number): readonly string[] => {
  const numbers = stations.map((_, index) => first + index * 100)
  stations.forEach(({ port, island }, from) => {
    port.broadcast(numbered(numbers[from] ?? 0))
    stations.forEach((to, index) => {
      if (to.port !== port && to.island === island) {
        port.unicast(numbered((numbers[from] ?? 0) + 1 + index), vmacOf(to.port))
      }
    })
  })
  lab.advance(seconds(5))
  return stations.flatMap((hearer, index) =>
    stations.flatMap((speaker, from) => {
      const due = hearer !== speaker && hearer.island === speaker.island ? [vmacOf(speaker.port)] : []
      const [toAll, toIt] = [0, 1 + index].map(offset => hearer.port.heard(numbered((numbers[from] ?? 0) + offset)))
      return [toAll, toIt].every(heard => heard?.join() === due.join())
        ? []
        : [`${hearer.port.name} heard ${speaker.port.name} as ${toAll?.join()} and ${toIt?.join()}`]
    }),
  )
}

/** When stations that try the same VMAC begin, one after the other. */
const delays = fc.array(fc.oneof(fc.constant(0), fc.nat(3), fc.nat(3000)), { minLength: 1, maxLength: 6 })

describe('random VMACs that are the same', () => {
  it('become different ones, and nobody mistakes one for the other after that', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(topology6(), delays, (network, waits) => {
        const { lab, stations } = build6({ ...network, firstTried: '4d0001' })
        // Each begins at a time of its own. A BBMD relays nothing before it has a VMAC itself, so BBMDs begin long before.
        for (const { port } of stations) port.kill()
        const joining = stations.filter(({ kind }) => kind === 'BBMD')
        stations.forEach(({ port }, index) => {
          if (index === joining.length) lab.advance(seconds(5))
          port.start()
          lab.advance(ms(waits[index % waits.length] ?? 0))
        })
        lab.advance(seconds(60))
        expect(alike(stations)).toEqual([])
        // A foreign device gives way to whom it hears around it, too, though he is of another network.
        stations.forEach(({ port }) => port.broadcast(numbered(9000)))
        lab.advance(seconds(5))
        expect(alike(stations)).toEqual([])
        expect(misheard(lab, stations, 0)).toEqual([])
      }),
      { numRuns: 100 },
    )
  })

  it('become different ones when their domains are joined later, as soon as they hear of each other', () => {
    fc.assert(
      fc.property(topology6(), network => {
        const { lab, stations, bbmds } = build6({ ...network, firstTried: '4d0001' })
        const joining = stations.filter(({ kind }) => kind === 'BBMD')
        for (const { port } of joining) port.submit({ _tag: 'SetRole', role: ordinaryNode() })
        lab.advance(seconds(30))
        for (const { port } of joining) port.submit({ _tag: 'SetRole', role: bbmd6({ bdt: bbmds }) })
        lab.advance(seconds(60))
        for (let round = 0; round < 4; round++) {
          stations.forEach(({ port }, index) => port.broadcast(numbered(9000 + index)))
          lab.advance(seconds(5))
        }
        expect(alike(stations)).toEqual([])
        expect(misheard(lab, stations, 0)).toEqual([])
      }),
      { numRuns: 60 },
    )
  })

  it('stay random ones', () => {
    const { lab, stations } = build6({
      domains: [{ hasBbmd: true, links: 1, nodes: 3, isWildcard: false }],
      foreign: [{ domain: 0, bbmd: 0 }],
      byChance: [true],
      firstTried: '4d0001',
    })
    lab.advance(seconds(60))
    expect(stations.map(({ port }) => port.status()?.vmac).filter(vmac => vmac && isRandomBip6Vmac(vmac))).toHaveLength(
      5,
    )
  })
})

/** Lets time pass until nothing is on its way. */
const untilQuiet = (lab: Ip6Lab): void => {
  do {
    lab.sent()
    lab.advance(ms(3))
  } while (lab.sent().length > 0)
}

/** What runs on for ever: renewal and expiry of a registration, ageing of it, and of those who renew and answer. */
const timersOf = ({ kind, address }: Station6, stations: readonly Station6[]): number => {
  if (kind === 'foreign device') return 3
  const isTheirs = stations.some(({ port }) => port.status()?.registration?.bbmd === address)
  return kind === 'BBMD' && isTheirs ? 2 : 0
}

describe('any B/IPv6 network that is left alone', () => {
  it('keeps no timers but those of registrations, and none at all when it is over', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(
        topology6(),
        fc.array(fc.oneof(sendStep, sendStep, waitStep, faultStep, nobodyStep, roleStep), { maxLength: 20 }),
        (network, steps) => {
          const { lab, stations } = play6(network, steps)
          lab.advance(seconds(600))
          untilQuiet(lab)
          const due = stations.reduce((sum, station) => sum + timersOf(station, stations), 0)
          expect(lab.running()).toBe(due)
          stations.forEach(({ port }, index) => {
            if (index % 2 === 0) port.stop()
            else port.kill()
          })
          lab.advance(seconds(60))
          for (const { port } of stations) port.kill()
          lab.advance(ms(8))
          expect(lab.running()).toBe(0)
        },
      ),
      { numRuns: 60 },
    )
  })
})
