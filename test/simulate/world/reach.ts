import type { Plan } from '../plan/plan.js'
import { bbmdsOf } from './bbmds.js'
import type { Fact, Stands } from './fact.js'
import { firstFrom } from './first-from.js'
import { standingHistory } from './standing-history.js'
import type { Hop } from './ways.js'

/** A BBMD counts the time of a registration from when it was asked, and a foreign device from when it heard the answer. */
const LAPSE_MS = 1000

/** Where hosts on a way could not reach each other. */
export interface Gap {
  /** Its place on the way. */
  readonly index: number
  /** Whether who was to send there knew that himself, and did not. */
  readonly isKnown: boolean
}

/** Which hosts could reach which on their networks, over a whole run. */
export interface Reach {
  readonly see: (fact: Fact) => void
  /** Whether a host went down within a time. */
  readonly wentDown: (host: string, from: number, to: number) => boolean
  /**
   * The first gap on a way, from when a sender was given an NPDU to when it was last seen on a wire. Of his own NPDUs, he
   * knew of it when he was given them; what was put on the wires of a network, be it after it had to wait, has left.
   */
  readonly gapIn: (
    way: readonly Hop[],
    leftOn: ReadonlySet<number>,
    isUnicast: boolean,
    begin: number,
    end: number,
  ) => Gap | undefined
}

/** Nobody is up before he says so. */
export const reachOf = (plan: Plan): Reach => {
  const deaths = new Map<string, number[]>()
  const rebounds = new Map<string, number[]>()
  const history = standingHistory()
  const served = standingHistory()
  const bbmds = bbmdsOf(plan)
  const isSc = new Set(plan.networks.flatMap(({ kind, number }) => (kind === 'sc' ? [number] : [])))
  const registrationMs = (plan.timings.ttl + 30) * 1000

  const see = (fact: Fact): void => {
    switch (fact._tag) {
      case 'Stands':
        if (!isRunning(fact)) push(deaths, fact.host, fact.at)
        history.note(fact.host, fact.network, { ...fact, isRunning: isRunning(fact) })
        return
      case 'Rebound':
        for (const host of fact.hosts) push(rebounds, host, fact.at)
        return
      case 'Serves':
        served.note(`${fact.hub} ${fact.node}`, 0, {
          at: fact.at,
          isUp: fact.isServed,
          through: undefined,
          isRunning: true,
        })
        return
      default:
    }
  }

  /** A hub may have lost a node that does not know it yet, when neither heard of the end of the connection. */
  const isServed = (hub: string | undefined, host: string, begin: number, end: number): boolean =>
    served.steady(`${hub} ${host}`, 0, begin, end) !== undefined

  /** Whoever sends a unicast asks no BBMD for it: where its receiver is, he finds out, or is told that he cannot. */
  const isWhole = (hop: Hop, isUnicast: boolean, begin: number, end: number): boolean => {
    const { network, from, to } = hop
    const lapse = [from, to].some(host => bbmds.isForeign(host, network)) ? LAPSE_MS : 0
    const [one, other] = [from, to].map(host => history.steady(host, network, begin - lapse, end + lapse))
    if (one === undefined || other === undefined) return false
    if (isSc.has(network)) {
      return one.through === other.through && [from, to].every(host => isServed(one.through, host, begin, end))
    }
    return isUnicast || areBbmdsSteady(hop, begin, end)
  }

  /** A BBMD that has just started, or whose foreign devices have other ports, does not know them, which do not know that. */
  const areBbmdsSteady = (hop: Hop, begin: number, end: number): boolean => {
    const foreign = [hop.from, hop.to].filter(host => bbmds.isForeign(host, hop.network))
    if (foreign.some(host => isAmong(rebounds.get(host), begin - registrationMs, end))) return false
    const since = begin - (foreign.length > 0 ? registrationMs : 0)
    return bbmds.between(hop).every(bbmd => history.steady(bbmd, hop.network, Math.max(since, 1), end) !== undefined)
  }

  const gapIn: Reach['gapIn'] = (way, leftOn, isUnicast, begin, end) => {
    for (const [index, hop] of way.entries()) {
      const until = index === 0 ? begin : end
      const isKnown = !leftOn.has(hop.network) && history.isKnownDown(hop.from, hop.network, begin, until)
      if (isKnown) return { index, isKnown }
      if (!isWhole(hop, isUnicast, begin, end)) return { index, isKnown: false }
    }
    return undefined
  }

  return { see, wentDown: (host, from, to) => isAmong(deaths.get(host), from, to), gapIn }
}

const push = <Thing>(things: Map<string, Thing[]>, host: string, thing: Thing): void => {
  const known = things.get(host)
  if (known === undefined) things.set(host, [thing])
  else known.push(thing)
}

const isAmong = (times: readonly number[] | undefined, from: number, to: number): boolean => {
  const first = times?.[firstFrom(times, from, time => time)]
  return first !== undefined && first <= to
}

/** A host that is down has nothing; one that runs may lack a VMAC. */
const isRunning = ({ mac, address }: Stands): boolean => mac !== undefined || address !== undefined
