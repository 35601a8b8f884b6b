import fc from 'fast-check'
import { foreignDevice6, ordinaryNode } from '../../src/index.js'
import { ms, seconds } from '../../src/values/duration.js'
import { history6, type Followed6 } from './ip6-history.js'
import { build6, type Topology6 } from './ip6-topology.js'
import { numbered } from './npdu.js'
import { hits, type FaultStep, type SendStep, type WaitStep } from './port-steps.js'
import { toHex } from './vectors.js'

/** What happens on a network. */
export type Step6 =
  | SendStep
  | WaitStep
  | FaultStep
  /** Is for a VMAC that nobody has. */
  | { readonly do: 'nobody'; readonly from: number }
  /** A BBMD or a foreign device is a node for a while; a node is a foreign device. */
  | { readonly do: 'role'; readonly which: number; readonly bbmd: number; readonly during: number }

/** Sends by chance to a VMAC that nobody has. */
export const nobodyStep: fc.Arbitrary<Step6> = fc.record({ do: fc.constant('nobody' as const), from: fc.nat(30) })
/** Changes of role by chance. */
export const roleStep: fc.Arbitrary<Step6> = fc.record({
  do: fc.constant('role' as const),
  which: fc.nat(30),
  bbmd: fc.nat(3),
  during: fc.oneof(fc.nat(3), fc.nat(90_000)),
})

/** An NPDU that was submitted. */
export interface Sent6 {
  readonly npdu: Uint8Array
  readonly speaker: Followed6
  /** The only one who may hear it; nobody, where nobody has its VMAC. */
  readonly to: Followed6 | 'all' | 'nobody'
}

const NOBODY = '3ffff0'

/** Long enough for Distribute-Broadcast-To-Network, Forwarded-NPDU, Forwarded-NPDU. */
export const ON_ITS_WAY = ms(8)
/** Long enough for a resolution to be given up. */
const GIVEN_UP = seconds(5)

/** Builds a network, and lets all that happen on it. */
export const play6 = (network: Topology6, steps: readonly Step6[]) => {
  const { lab, stations: built, bbmds } = build6(network)
  const stations: readonly Followed6[] = built.map(station => ({
    ...station,
    history: history6(station.port, lab.now),
  }))
  const sent: Sent6[] = []
  const lost: string[] = []
  // By then all have a VMAC, and foreign devices whose BBMD had none yet have asked it again.
  lab.advance(seconds(10))

  const one = (number: number): Followed6 => {
    const station = stations[number % stations.length]
    if (station === undefined) throw new Error('there is nobody')
    return station
  }
  const submit = (from: number, to: Sent6['to']): void => {
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
        const { lose, failSend } = lab.network
        const trouble =
          step.do === 'lose' ? lose(isLost) : failSend(given => (isLost(given) ? 'the network is down' : undefined))
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

/** A network on which all has happened. */
export type Played6 = ReturnType<typeof play6>
