import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fixedRandom } from '../../../src/testing/chance/fixed-random.js'
import type { TappedDatagram, DatagramFate } from '../../../src/testing/index.js'
import type { Impairment } from '../../../src/testing/paths/impairment.js'
import { virtualPaths } from '../../../src/testing/paths/paths.js'
import { virtualInternet } from '../../../src/testing/sockets/virtual-internet.js'
import { virtualClock } from '../../../src/testing/time/virtual-clock.js'
import { ms } from '../../../src/values/duration.js'
import { printBipAddress } from '../../../src/values/bip-address.js'
import { runPort, type RunningPort } from '../../support/udp-port.js'
import type { BipAddress } from '../../../src/values/bip-address.js'

/*
 * Five hosts in two subnets, a directed broadcast now and then, and a schedule from a seed: datagrams, restarts, moves,
 * cuts, partitions and bad ways. Whatever comes, each copy has one fate, is heard where that says so with the octets and
 * the source it was sent with, and there is no more than one copy for each that it was for, besides what a way has doubled.
 */

const HOSTS = ['10.0.1.1', '10.0.1.2', '10.0.1.3', '10.0.2.1', '10.0.2.2']
const PORT = 47_808
const TARGETS = [...HOSTS, '10.0.1.255', '10.0.2.255', '255.255.255.255', '10.0.3.1']

type Step =
  | { readonly do: 'send'; readonly from: number; readonly to: string }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'restart' | 'unplug' | 'partition'; readonly host: number }
  | { readonly do: 'impair'; readonly host: number; readonly impairment: Impairment }
  | { readonly do: 'heal' }

const part = fc.constantFrom(0, 0.3, 1)
const time = fc.integer({ min: 0, max: 40 }).map(ms)
const host = fc.nat(HOSTS.length - 1)
const impairment: fc.Arbitrary<Impairment> = fc.record(
  {
    latency: time,
    jitter: time,
    loss: part,
    duplication: part,
    reordering: part,
    rate: fc.constantFrom(10, 1000, 1e6),
  },
  { requiredKeys: [] },
)
const send = fc.record({ do: fc.constant('send' as const), from: host, to: fc.constantFrom(...TARGETS) })
const wait = fc.record({ do: fc.constant('wait' as const), ms: fc.nat(30) })
const faults: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constantFrom('restart' as const, 'unplug' as const, 'partition' as const), host }),
  fc.record({ do: fc.constant('impair' as const), host, impairment }),
  fc.constant({ do: 'heal' as const }),
)

interface Outcome {
  readonly tapped: readonly TappedDatagram<BipAddress>[]
  readonly fates: readonly DatagramFate<BipAddress>[]
  /** What the ports of a host have heard, one after the other. */
  readonly heard: readonly { readonly by: string; readonly from: string; readonly octets: string }[]
  readonly pending: number
}

const play = (steps: readonly Step[], seed: number): Outcome => {
  const clock = virtualClock()
  const paths = virtualPaths({ latency: ms(2) })
  const internet = virtualInternet(clock, { paths, directedBroadcasts: true, random: fixedRandom(seed) })
  const [tapped, fates]: [TappedDatagram<BipAddress>[], DatagramFate<BipAddress>[]] = [[], []]
  internet.tap$.subscribe(datagram => tapped.push(datagram))
  internet.fate$.subscribe(fate => fates.push(fate))
  const bound = (ip: string): RunningPort => runPort(internet.port({ bind: `${ip}:${PORT}` }))
  const ports = HOSTS.map(bound)
  const all = HOSTS.map((ip, index) => ({ ip, port: ports[index] as RunningPort }))
  let lasting: { unsubscribe: () => void }[] = []
  let sent = 0
  clock.advance(ms(0))
  for (const step of steps) {
    if (step.do === 'send') {
      sent++
      ports[step.from]?.send(`${step.to}:${PORT}`, sent >> 8, sent & 0xff, step.from)
    } else if (step.do === 'wait') clock.advance(ms(step.ms))
    else if (step.do === 'heal') {
      for (const one of lasting) one.unsubscribe()
      lasting = []
    } else {
      const name = HOSTS[step.host] as string
      if (step.do === 'unplug') lasting.push(internet.unplug(name))
      else if (step.do === 'partition') lasting.push(paths.partition(name))
      else if (step.do === 'impair') lasting.push(paths.impair(name, '*', step.impairment))
      else {
        ports[step.host]?.subscription.unsubscribe()
        ports[step.host] = bound(name)
        all.push({ ip: name, port: ports[step.host] as RunningPort })
      }
    }
  }
  clock.advance(ms(100_000))
  const heard = all.flatMap(({ ip, port }) =>
    port.events.flatMap(event =>
      event._tag === 'Received'
        ? [{ by: `${ip}:${PORT}`, from: printBipAddress(event.source), octets: event.octets.join() }]
        : [],
    ),
  )
  for (const { port } of all) port.subscription.unsubscribe()
  return { tapped, fates, heard, pending: clock.pending() }
}

const groupedBy = <Thing>(things: readonly Thing[], key: (thing: Thing) => string): ReadonlyMap<string, Thing[]> => {
  const groups = new Map<string, Thing[]>()
  for (const thing of things) groups.set(key(thing), [...(groups.get(key(thing)) ?? []), thing])
  return groups
}

const nameOf = (by: DatagramFate<BipAddress>['by']): string => (by === undefined ? 'nobody' : printBipAddress(by))

describe('virtual UDP, whatever is wrong', () => {
  it('makes no datagrams, changes none, and tells the fate of each copy once', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof({ weight: 6, arbitrary: send }, { weight: 3, arbitrary: wait }, { weight: 2, arbitrary: faults }),
          {
            maxLength: 60,
          },
        ),
        fc.nat(),
        (steps, seed) => {
          const { tapped, fates, heard, pending } = play(steps, seed)
          expect(pending).toBe(0)
          const fatesOf = groupedBy(fates, ({ sent }) => sent.octets.join())
          expect([...fatesOf.keys()].sort()).toEqual(tapped.map(({ octets }) => octets.join()).sort())
          for (const ofOne of fatesOf.values()) {
            for (const ofBy of groupedBy(ofOne, ({ by }) => nameOf(by)).values()) {
              expect(ofBy.map(({ isDuplicate }) => isDuplicate).sort()).toEqual([false, true].slice(0, ofBy.length))
            }
          }
          const arrived = fates.filter(({ _tag }) => _tag === 'Arrived')
          expect(heard.map(({ by, from, octets }) => `${by} ${from} ${octets}`).sort()).toEqual(
            arrived.map(({ by, sent }) => `${nameOf(by)} ${printBipAddress(sent.from)} ${sent.octets.join()}`).sort(),
          )
          // The last octet is the true sender.
          for (const { from, octets } of heard) expect(from).toBe(`${HOSTS[Number(octets.split(',')[2])]}:${PORT}`)
        },
      ),
      { numRuns: 150 },
    )
  })

  it('carries each datagram once to each that it is for, when nothing is', () => {
    const inSubnet = (subnet: string): readonly string[] => HOSTS.filter(ip => ip.startsWith(subnet))
    fc.assert(
      fc.property(fc.array(fc.oneof(send, wait), { maxLength: 40 }), steps => {
        const { heard } = play(steps, 1)
        const expected = steps.flatMap(step => {
          if (step.do !== 'send') return []
          const own = HOSTS[step.from] as string
          if (step.to === '255.255.255.255') return inSubnet(own.slice(0, 7))
          return step.to.endsWith('.255') ? inSubnet(step.to.slice(0, 7)) : HOSTS.filter(ip => ip === step.to)
        })
        expect(heard.map(({ by }) => by).sort()).toEqual(expected.map(ip => `${ip}:${PORT}`).sort())
        expect(new Set(heard.map(({ by, octets }) => `${by} ${octets}`)).size).toBe(heard.length)
      }),
      { numRuns: 50 },
    )
  })
})
