import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bip } from '../support/bvll-vectors.js'
import { ms, seconds } from '../../src/values/duration.js'
import { numbered } from '../support/npdu.js'
import { build, knownTo, topology, type Station, type Topology } from '../support/ip-topology.js'
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
 * Any B/IP network that is set up as it should be, and any traffic on it. With no faults, everybody who should hear a
 * broadcast hears it exactly once. Whatever is lost or restarted: an NPDU is heard unchanged, from its true source, once or
 * not at all, and never by its sender; and one that was not sent was told as dropped.
 */

interface Sent {
  readonly npdu: Uint8Array
  readonly speaker: Station
  /** The only one who may hear it. */
  readonly to: Station | undefined
}

/** Long enough for Distribute-Broadcast-To-Network, Forwarded-NPDU, Forwarded-NPDU. */
const ON_ITS_WAY = ms(8)

const play = (network: Topology, steps: readonly (SendStep | WaitStep | FaultStep)[]) => {
  const { lab, stations } = build(network)
  const bbmds = stations.filter(({ kind }) => kind === 'BBMD')
  const sent: Sent[] = []
  lab.advance(seconds(1))

  const submit = (from: number, to?: number): void => {
    const speaker = stations[from % stations.length]
    const hearer = to === undefined ? undefined : stations[to % stations.length]
    if (speaker === undefined || speaker === hearer || (hearer !== undefined && !isReachable(speaker, hearer))) return
    const npdu = numbered(sent.length)
    sent.push({ npdu, speaker, to: hearer })
    if (hearer === undefined) speaker.port.broadcast(npdu)
    else speaker.port.unicast(npdu, hearer.inside)
  }

  for (const step of steps) {
    switch (step.do) {
      case 'broadcast':
        submit(step.from)
        break
      case 'unicast':
        submit(step.from, step.to)
        break
      case 'wait':
        lab.advance(ms(step.ms))
        break
      case 'restart': {
        const port = bbmds[step.which % bbmds.length]?.port
        port?.kill()
        lab.advance(ms(step.after))
        port?.start()
        lab.advance(ms(1))
        break
      }
      case 'lose':
      case 'refuse': {
        const isHit = hits(step.seed)
        const { lose, failSend } = lab.network
        const trouble = step.do === 'lose' ? lose(isHit) : failSend(() => (isHit() ? 'the network is down' : undefined))
        for (const from of [0, 0, 1, 0]) submit(step.seed + from)
        lab.advance(ms(step.during))
        submit(step.seed)
        lab.advance(ON_ITS_WAY)
        trouble.unsubscribe()
        break
      }
    }
  }
  lab.advance(ON_ITS_WAY)
  return { stations, sent, carried: lab.sent() }
}

/** Nobody reaches another behind his NAT by an address that holds only there. */
const isReachable = (speaker: Station, hearer: Station): boolean =>
  hearer.inside === hearer.outside || hearer.subnet === speaker.subnet

const isOneOf = (octets: Uint8Array, npdus: ReadonlySet<string>): boolean => npdus.has(toHex(octets))

/** What is wrong with how an NPDU was heard, whatever happened meanwhile. */
const wrongs = ({ stations, sent, carried }: ReturnType<typeof play>): readonly string[] => {
  const npdus = new Set(sent.map(({ npdu }) => toHex(npdu)))
  const changed = stations.flatMap(({ port }) =>
    port.told('Npdu').flatMap(({ npdu }) => (isOneOf(npdu, npdus) ? [] : [`${port.name} heard ${toHex(npdu)}`])),
  )
  const heard = sent.flatMap(({ npdu, speaker, to }, number) =>
    stations.flatMap(hearer => {
      const sources = hearer.port.heard(npdu)
      const what = `${number} of ${speaker.port.name} at ${hearer.port.name}`
      if (hearer === speaker && sources.length > 0) return [`${what}: its own`]
      if (sources.length > 1) return [`${what}: ${sources.length} times`]
      if (to !== undefined && hearer !== to && sources.length > 0) return [`${what}: not meant`]
      const due = knownTo(hearer, speaker, to === undefined)
      return sources.length === 0 || sources[0] === due ? [] : [`${what}: from ${sources.join()}, not ${due}`]
    }),
  )
  const untold = sent.flatMap(({ npdu, speaker }, number) => {
    const isSent = carried.some(
      ({ from, octets }) => from === bip(speaker.inside) && toHex(octets).endsWith(toHex(npdu)),
    )
    const drops = speaker.port
      .told('Dropped')
      .filter(({ outbound }) => outbound._tag === 'Npdu' && toHex(outbound.npdu) === toHex(npdu)).length
    const isHeard = stations.some(({ port }) => port.heard(npdu).length > 0)
    // A BBMD sends its broadcasts to many: one that its own subnet did not get is dropped, and may be heard elsewhere.
    if (drops === 1) return isHeard && speaker.kind !== 'BBMD' ? [`${number}: dropped, but heard`] : []
    return drops === 0 && isSent ? [] : [`${number}: ${isSent ? '' : 'not '}sent, dropped ${drops} times`]
  })
  // Most origins would not tell it on, as they know their own address; those behind NAT do not.
  const returned = carried
    .filter(({ to, octets }) => octets[1] === 0x04 && toHex(octets.subarray(4, 10)) === to)
    .map(({ to }) => `forwarded back to ${to}`)
  // First to the BBMD or the subnet, once more when refused; then a copy for each BBMD, each subnet, each foreign device.
  const most = 2 + stations.reduce((sum, { kind }) => sum + { BBMD: 2, 'foreign device': 1, node: 0 }[kind], 0)
  const storms = sent.flatMap(({ npdu }, number) => {
    const count = carried.filter(({ octets }) => toHex(octets).endsWith(toHex(npdu))).length
    return count > most ? [`${number}: ${count} datagrams`] : []
  })
  return [...changed, ...heard, ...untold, ...returned, ...storms]
}

/** Who should have heard something, and did not. */
const missing = ({ stations, sent }: ReturnType<typeof play>): readonly string[] =>
  sent.flatMap(({ npdu, speaker, to }, number) =>
    stations
      .filter(hearer => (to === undefined ? hearer !== speaker && hearer.island === speaker.island : hearer === to))
      .filter(hearer => hearer.port.heard(npdu).length === 0)
      .map(hearer => `${number} of ${speaker.port.name} did not reach ${hearer.port.name}`),
  )

describe('any B/IP network', () => {
  it('lets everybody hear everything exactly once, from its true source', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(
        topology(),
        fc.array(fc.oneof(sendStep, sendStep, waitStep), { minLength: 1, maxLength: 30 }),
        (network, steps) => {
          const played = play(network, steps)
          expect(wrongs(played)).toEqual([])
          expect(missing(played)).toEqual([])
          expect(played.stations.flatMap(({ port }) => port.told('Dropped'))).toEqual([])
        },
      ),
      { numRuns: 300 },
    )
  })

  it(
    'through loss and restarts lets nobody hear anything twice, changed or from a wrong source',
    { timeout: 60_000 },
    () => {
      fc.assert(
        fc.property(
          topology(),
          fc.array(fc.oneof(sendStep, sendStep, waitStep, faultStep), { minLength: 1, maxLength: 40 }),
          (network, steps) => {
            expect(wrongs(play(network, steps))).toEqual([])
          },
        ),
        { numRuns: 300 },
      )
    },
  )
})
