import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ordinaryNode, foreignDevice6 } from '../../src/index.js'
import type { TappedDatagram6 } from '../../src/testing/index.js'
import { ms, seconds } from '../../src/values/duration.js'
import { numbered } from '../support/ip-lab.js'
import { hadToReach, history6, mostTimes, type Followed6 } from '../support/ip6-history.js'
import { build6, topology6, type Topology6 } from '../support/ip6-topology.js'
import {
  faultStep,
  hits,
  sendStep,
  waitStep,
  type FaultStep,
  type SendStep,
  type WaitStep,
} from '../support/port-steps.js'
import { toHex } from '../support/vectors.js'

/*
 * Any B/IPv6 network that is set up as it should be, and any traffic on it. With no faults, everybody who should hear an
 * NPDU hears it exactly once, however its address had to be found. Whatever is lost, restarted or has another role
 * meanwhile: an NPDU is heard unchanged, from the VMAC of its sender, once or not at all; and where it is not heard
 * although all was there that it needed, a datagram of it was lost, or it was told as dropped.
 */

type Step =
  | SendStep
  | WaitStep
  | FaultStep
  /** Is for a VMAC that nobody has. */
  | { readonly do: 'nobody'; readonly from: number }
  /** A BBMD or a foreign device is a node for a while; a node is a foreign device. */
  | { readonly do: 'role'; readonly which: number; readonly bbmd: number; readonly during: number }

const nobody: fc.Arbitrary<Step> = fc.record({ do: fc.constant('nobody' as const), from: fc.nat(30) })
const role: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('role' as const),
  which: fc.nat(30),
  bbmd: fc.nat(3),
  during: fc.oneof(fc.nat(3), fc.nat(90_000)),
})

interface Sent {
  readonly npdu: Uint8Array
  readonly speaker: Followed6
  /** The only one who may hear it; nobody, where nobody has its VMAC. */
  readonly to: Followed6 | 'all' | 'nobody'
}

const NOBODY = '3ffff0'

/** Long enough for Distribute-Broadcast-To-Network, Forwarded-NPDU, Forwarded-NPDU. */
const ON_ITS_WAY = ms(8)
/** Long enough for a resolution to be given up. */
const GIVEN_UP = seconds(5)

const play = (network: Topology6, steps: readonly Step[]) => {
  const { lab, stations: built, bbmds } = build6(network)
  const stations: readonly Followed6[] = built.map(station => ({
    ...station,
    history: history6(station.port, lab.now),
  }))
  const sent: Sent[] = []
  const lost: string[] = []
  // By then all have a VMAC, and foreign devices whose BBMD had none yet have asked it again.
  lab.advance(seconds(10))

  const one = (number: number): Followed6 => {
    const station = stations[number % stations.length]
    if (station === undefined) throw new Error('there is nobody')
    return station
  }
  const submit = (from: number, to: Sent['to']): void => {
    const speaker = one(from)
    if (speaker === to) return
    const npdu = numbered(sent.length)
    sent.push({ npdu, speaker, to })
    if (to === 'all') speaker.port.broadcast(npdu)
    else speaker.port.unicast(npdu, to === 'nobody' ? NOBODY : to.vmac)
  }
  for (const step of steps) {
    switch (step.do) {
      case 'broadcast':
        submit(step.from, 'all')
        break
      case 'unicast':
        submit(step.from, one(step.to))
        break
      case 'nobody':
        submit(step.from, 'nobody')
        break
      case 'wait':
        lab.advance(ms(step.ms))
        break
      case 'restart': {
        const { port, history } = one(step.which)
        port.kill()
        history.killed()
        lab.advance(ms(step.after))
        port.start()
        lab.advance(ms(1))
        break
      }
      case 'role': {
        const station = one(step.which)
        const canBeForeign = station.kind === 'node' && !station.isWildcard
        const bbmd = canBeForeign ? bbmds[step.bbmd % bbmds.length] : undefined
        const other = bbmd === undefined ? ordinaryNode() : foreignDevice6({ bbmd, ttl: 20 })
        station.port.submit({ _tag: 'SetRole', role: other })
        for (const from of [0, 1, 2]) submit(step.which + from, 'all')
        lab.advance(ms(step.during))
        station.port.submit({ _tag: 'SetRole', role: station.role })
        break
      }
      case 'lose':
      case 'refuse': {
        const isHit = hits(step.seed)
        const isLost = ({ octets }: { readonly octets: Uint8Array }): boolean => isHit() && lost.push(toHex(octets)) > 0
        const { lose, refuse } = lab.network
        const trouble =
          step.do === 'lose' ? lose(isLost) : refuse(given => (isLost(given) ? 'the network is down' : undefined))
        for (const from of [0, 0, 1, 0]) submit(step.seed + from, 'all')
        for (const to of [1, 2]) submit(step.seed, one(step.seed + to))
        lab.advance(ms(step.during))
        submit(step.seed, 'all')
        lab.advance(ON_ITS_WAY)
        trouble.unsubscribe()
        break
      }
    }
  }
  lab.advance(GIVEN_UP)
  return { lab, stations, sent, lost, carried: lab.sent() }
}

type Played = ReturnType<typeof play>

const isOf = ({ npdu }: Sent, octets: Uint8Array | string): boolean =>
  (typeof octets === 'string' ? octets : toHex(octets)).endsWith(toHex(npdu))

const dropsOf = (one: Sent) =>
  one.speaker.port.told('Dropped').filter(({ outbound }) => outbound._tag === 'Npdu' && isOf(one, outbound.npdu))

const nameOf = ({ sent }: Played, one: Sent): string => `${sent.indexOf(one)} of ${one.speaker.port.name}`

/** What is wrong with how NPDUs were heard, whatever happened meanwhile. */
const wrongs = (played: Played): readonly string[] => {
  const { stations, sent, carried } = played
  const npdus = new Set(sent.map(({ npdu }) => toHex(npdu)))
  const changed = stations.flatMap(({ port }) =>
    port.told('Npdu').flatMap(({ npdu }) => (npdus.has(toHex(npdu)) ? [] : [`${port.name} heard ${toHex(npdu)}`])),
  )
  const heard = sent.flatMap(one =>
    stations.flatMap(hearer => {
      const what = `${nameOf(played, one)} at ${hearer.port.name}`
      const times = hearer.port.told('Npdu').filter(({ npdu }) => isOf(one, npdu))
      const due = one.to === 'all' ? 'broadcast' : 'unicast'
      const at = carried.filter(({ octets }) => isOf(one, octets)).map(datagram => datagram.at)
      const most = mostTimes(hearer, stations, Math.min(...at), Math.max(...at) + ON_ITS_WAY)
      if (times.length > most) return [`${what}: ${times.length} times`]
      return times.flatMap(({ source, destination }) => {
        if (hearer === one.speaker) return [`${what}: its own`]
        if (one.to !== 'all' && hearer !== one.to) return [`${what}: not meant`]
        if (destination !== due) return [`${what}: as ${destination}`]
        return source === one.speaker.vmac ? [] : [`${what}: from ${source}`]
      })
    }),
  )
  const untold = sent.flatMap(one => {
    const drops = dropsOf(one).length
    const isHeard = stations.some(({ port }) => port.heard(one.npdu).length > 0)
    if (drops > 1) return [`${nameOf(played, one)}: dropped ${drops} times`]
    // A BBMD sends its broadcasts to many: one that its own domain did not get is dropped, and may be heard elsewhere.
    const isPartly = one.to === 'all' && one.speaker.kind === 'BBMD'
    return drops === 1 && isHeard && !isPartly ? [`${nameOf(played, one)}: dropped, but heard`] : []
  })
  return [
    ...changed,
    ...heard,
    ...untold,
    ...disorder(played),
    ...loops(played),
    ...liesIn(played),
    ...storms(played, carried),
  ]
}

/** Unicasts of one to another that were heard in another order than that in which they were sent. */
const disorder = ({ stations, sent }: Played): readonly string[] =>
  stations.flatMap(speaker =>
    stations.flatMap(hearer => {
      const due = sent.filter(one => one.speaker === speaker && one.to === hearer)
      const numbers = hearer.port
        .told('Npdu')
        .map(({ npdu }) => due.findIndex(one => isOf(one, npdu)))
        .filter(number => number >= 0)
      return numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? 0))
        ? []
        : [`${hearer.port.name} heard ${speaker.port.name} in the order ${numbers.join()}`]
    }),
  )

/** What was forwarded back to where it had started. */
const loops = ({ carried }: Played): readonly string[] =>
  carried.flatMap(({ to, octets }) => {
    const at = { 0x04: 10, 0x08: 7 }[octets[1] ?? 0]
    return at !== undefined && toHex(octets.subarray(at, at + 18)) === to ? [`forwarded back to ${to}`] : []
  })

/** Pairs of VMAC and address that are known and not true. */
const liesIn = ({ lab, stations }: Played): readonly string[] => {
  const truth = new Set(stations.map(({ vmac, address }) => `${vmac} ${address}`))
  return stations.flatMap(({ port }) => {
    port.submit({ _tag: 'ReadVmacCache' })
    lab.advance(ms(0))
    const entries = port.told('VmacCache').at(-1)?.entries ?? []
    const lies = entries.map(({ vmac, address }) => `${vmac} ${address}`).filter(pair => !truth.has(pair))
    return lies.map(lie => `${port.name} takes for true ${lie}`)
  })
}

/** More datagrams than it should take. */
const storms = ({ stations, sent, lost }: Played, carried: readonly TappedDatagram6[]): readonly string[] => {
  // A copy for each BBMD, each domain, each foreign device, and each node that may be one for a while.
  const copies = stations.reduce((sum, { kind }) => sum + (kind === 'BBMD' ? 2 : 1), 0)
  const count = (fn: number): number => carried.filter(({ octets }) => octets[1] === fn).length
  // A BBMD whose question its own domain did not get asks the others all the same.
  const asked = count(0x03) + lost.filter(octets => octets.startsWith('8203')).length
  const relayed = count(0x04)
  return [
    ...sent.flatMap(one => {
      // First to the BBMD or the domain, once more when refused.
      const times = carried.filter(({ octets }) => isOf(one, octets)).length
      return times > 2 + copies ? [`${toHex(one.npdu)} went over the network ${times} times`] : []
    }),
    ...(relayed > asked * copies ? [`${asked} Address-Resolutions became ${relayed}`] : []),
  ]
}

/** Who should have heard something in a network without faults, and did not. */
const missing = (played: Played): readonly string[] =>
  played.sent.flatMap(one =>
    played.stations
      .filter(hearer => hearer !== one.speaker && (one.to === 'all' || one.to === hearer))
      .filter(hearer => hearer.island === one.speaker.island)
      .filter(hearer => hearer.port.heard(one.npdu).length === 0)
      .map(hearer => `${nameOf(played, one)} did not reach ${hearer.port.name}`),
  )

/** What is for somebody out of reach, or for nobody, and did not come back. */
const kept = (played: Played): readonly string[] =>
  played.sent.flatMap(one => {
    const reasons = dropsOf(one).map(({ reason }) => reason)
    const isReachable = one.to === 'all' || (one.to !== 'nobody' && one.to.island === one.speaker.island)
    const due = isReachable ? '' : 'nobody answered for its VMAC'
    return reasons.join() === due ? [] : [`${nameOf(played, one)} came back as '${reasons.join()}'`]
  })

/** What is neither heard nor explained. */
const unexplained = (played: Played): readonly string[] => {
  const { stations, sent, lost, carried } = played
  return sent.flatMap(one => {
    const datagrams = carried.filter(({ octets }) => isOf(one, octets))
    const [first] = datagrams
    if (dropsOf(one).length > 0 || lost.some(octets => isOf(one, octets))) return []
    if (first === undefined) return []
    const due = stations.filter(hearer => {
      if (hearer === one.speaker) return false
      if (one.to === 'all') return hadToReach(one.speaker, hearer, stations, first.at, first.at + ON_ITS_WAY)
      return one.to === hearer && hearer.history.during(first.at, first.at + 2).every(({ role: is }) => is !== 'none')
    })
    return due
      .filter(hearer => hearer.port.heard(one.npdu).length === 0)
      .map(hearer => `${nameOf(played, one)} did not reach ${hearer.port.name}`)
  })
}

describe('any B/IPv6 network', () => {
  it('lets everybody hear everything exactly once, from its true VMAC', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(
        topology6(),
        fc.array(fc.oneof(sendStep, sendStep, waitStep, nobody), { minLength: 1, maxLength: 30 }),
        (network, steps) => {
          const played = play(network, steps)
          expect(wrongs(played)).toEqual([])
          expect(missing(played)).toEqual([])
          expect(kept(played)).toEqual([])
        },
      ),
      { numRuns: 300 },
    )
  })

  it(
    'through loss, restarts and changes of role lets nobody hear anything twice or wrong, nor miss it unexplained',
    { timeout: 60_000 },
    () => {
      fc.assert(
        fc.property(
          topology6(),
          fc.array(fc.oneof(sendStep, sendStep, waitStep, faultStep, role), { minLength: 1, maxLength: 40 }),
          (network, steps) => {
            const played = play(network, steps)
            expect(wrongs(played)).toEqual([])
            expect(unexplained(played)).toEqual([])
          },
        ),
        { numRuns: 300 },
      )
    },
  )
})
