import type { Layout } from './layout.js'
import { ledger, type Ledger, type Patience } from './ledger.js'
import { lives } from './lives.js'
import type { Note, StationId } from './note.js'
import { nameOf } from './plan.js'
import { scRule, type ScRule } from './sc-rule.js'
import type { ServiceEvents, Told } from './service.js'
import { count, type Counts } from './tally.js'
import { udpRule, type UdpPlace, type UdpRule } from './udp-rule.js'

/** How the stations stand. */
export interface Standing {
  readonly primary: number
  readonly failover: number
  readonly none: number
  readonly registered: number
}

/** All that is known of a soak: what becomes of each NPDU, and how everybody stands. */
export interface Books {
  readonly ledger: Ledger
  readonly hear: (note: Note) => void
  /** What happens to a hub, or to a BBMD of that name. */
  readonly ofHub: ServiceEvents
  readonly ofBbmd: (name: string) => ServiceEvents
  readonly standing: () => Standing
  /** How many nodes are connected to a life of a hub, and the most that ever were. */
  readonly nodesOf: (life: string) => { readonly now: number; readonly most: number }
  /** Stations that are not where they should be when nothing is wrong any more. */
  readonly astray: () => readonly string[]
  /** Judges what is old enough, or all. */
  readonly settle: (now: number, all?: 'all') => void
  /** What hubs told of besides drops. */
  readonly refused: Counts
  /** How much hubs told of. */
  readonly told: ScRule['totals']
}

/** Opens the books. */
export const books = (layout: Layout, patience: Patience): Books => {
  const { stations } = layout
  const known = lives()
  const sc = scRule(known)
  const placesOf = (tag: 'ip' | 'ip6'): readonly UdpPlace[] =>
    stations.flatMap(plan =>
      plan._tag === tag ? [{ station: plan.id, bbmd: plan.bbmd, isForeign: plan.foreignAt !== undefined }] : [],
    )
  const [ip, ip6] = [udpRule(placesOf('ip'), known), udpRule(placesOf('ip6'), known)]
  const rules = { sc, ip, ip6 }
  const tagOf = (id: StationId): keyof typeof rules => stations[id]?._tag ?? 'sc'
  const name = (id: StationId): string => {
    const plan = stations[id]
    return plan === undefined ? `station ${id}` : nameOf(plan)
  }
  const accounts = ledger(id => rules[tagOf(id)], name, patience)
  const standings = new Map<StationId, string>()
  const hubOf = new Map<StationId, string | undefined>()
  const most = new Map<string, number>()
  const nodesOf = (life: string): number => [...hubOf.values()].filter(hub => hub === life).length
  const stationAt = new Map<string, StationId>(
    stations.map(plan => [plan._tag === 'sc' ? plan.vmac : plan.bind, plan.id]),
  )
  const refused: Counts = {}

  const hear = (note: Note): void => {
    switch (note._tag) {
      case 'Hub':
        sc.hear(note)
        accounts.tally.unconfirmed += note.unconfirmed
        standings.set(note.by, note.role)
        hubOf.set(note.by, note.hub)
        if (note.hub !== undefined) most.set(note.hub, Math.max(most.get(note.hub) ?? 0, nodesOf(note.hub)))
        return
      case 'Registration':
        standings.set(note.by, note.state)
        return
      case 'Odd':
        count(accounts.tally.odd, note.what)
        return
      case 'Renamed':
        accounts.violate('a node took another VMAC', `${name(note.by)} at ${note.at.toFixed(1)}`)
        return
      case 'HungUp':
        sc.hungUp(note)
        accounts.tally.unconfirmed += note.unconfirmed
        return
      case 'Sent':
        sc.sends(note.npdu)
        accounts.hear(note)
        return
      default:
        accounts.hear(note)
    }
  }

  const shared = {
    paused: known.pause,
    resumed: known.resume,
    ended: known.end,
    stalled: known.stall,
    misbehaved: (what: string) => accounts.violate('a process misbehaved', what),
  }
  const party = (vmac: unknown): StationId | undefined =>
    typeof vmac === 'string' ? stationAt.get(vmac.replaceAll(':', '')) : undefined
  const toldByHub = (life: string, at: number, told: Told): void => {
    const station = party(told['vmac'])
    const times = Number(told['count'] ?? 1)
    const reason = String(told['reason'])
    switch (told['event']) {
      case 'node-disconnected':
        if (station !== undefined) sc.toldEnd(life, station, at, Number(told['unconfirmed']))
        return
      case 'dropped':
        count(refused, `dropped: ${reason}`, times)
        sc.toldDrops(life, { reason, from: party(told['from']), to: party(told['to']), count: times }, at)
        return
      case 'refused':
        count(refused, `refused: ${reason}`, times)
    }
  }
  const bbmdOf = (rule: UdpRule, bbmd: string): ServiceEvents => ({
    ...shared,
    // What comes meanwhile waits in its receive buffer.
    stalled: () => undefined,
    began: (life, at) => {
      known.begin(life, at)
      rule.started(bbmd, life, at)
    },
    told: (life, at, told) => {
      const station = stationAt.get(String(told['address']))
      const isRegistered = told['event'] === 'foreign-device' && told['state'] === 'registered'
      if (isRegistered && station !== undefined) rule.registered(life, station, at)
    },
  })
  const standingAs = (wanted: string): number => [...standings.values()].filter(each => each === wanted).length

  return {
    ledger: accounts,
    hear,
    ofHub: { ...shared, began: known.begin, told: toldByHub },
    ofBbmd: bbmd => bbmdOf(placesOf('ip6').some(place => place.bbmd === bbmd) ? ip6 : ip, bbmd),
    standing: () => ({
      primary: standingAs('primary'),
      failover: standingAs('failover'),
      none: stations.filter(({ _tag, id }) => _tag === 'sc' && (standings.get(id) ?? 'none') === 'none').length,
      registered: standingAs('registered'),
    }),
    nodesOf: life => ({ now: nodesOf(life), most: most.get(life) ?? 0 }),
    astray: () =>
      stations.flatMap(plan => {
        const wanted = plan._tag === 'sc' ? 'primary' : plan.foreignAt === undefined ? 'none' : 'registered'
        const is = standings.get(plan.id) ?? 'none'
        return is === wanted ? [] : [`${nameOf(plan)} is ${is}, not ${wanted}`]
      }),
    settle: (now, all) => {
      accounts.settle(now, all)
      for (const { by, at, life, since, why } of sc.brokeByThemselves(
        all === undefined ? now - patience.judgedAfterMs : Infinity,
      )) {
        accounts.violate(
          'a connection broke by itself',
          `that of ${name(by)} from ${since.toFixed(1)} to ${at.toFixed(1)}: ${why}; hub ${known.story(life)}`,
        )
      }
      for (const part of [known, sc, ip, ip6]) part.forget(now - 2 * patience.forgottenAfterMs)
    },
    refused,
    told: sc.totals,
  }
}
