import type { Ip6Role } from '../../src/ip6/ip6-role.js'
import type { Bip6Address } from '../../src/values/bip6-address.js'
import type { RunningIp6Port } from './ip6-lab.js'
import type { Station6 } from './ip6-topology.js'

/** What a station was, from a time on. */
interface Moment {
  readonly at: number
  readonly role: Ip6Role['_tag'] | 'none'
  /** Of a foreign device that is registered: its BBMD. */
  readonly bbmd: Bip6Address | undefined
  /** Of a BBMD: its foreign devices. */
  readonly table: ReadonlySet<Bip6Address>
}

const GONE = { role: 'none', bbmd: undefined, table: new Set<Bip6Address>() } as const

/** What became of a station, put together from what it told. */
export interface History6 {
  /** It was ended at once, of which it cannot tell. */
  readonly killed: () => void
  /** What it was at all times from the one to the other; several where that changed. */
  readonly during: (from: number, to: number) => readonly Moment[]
}

/** Writes down what becomes of a station from now on. */
export const history6 = (port: RunningIp6Port, now: () => number): History6 => {
  const moments: Moment[] = [{ at: 0, ...GONE }]
  const note = (moment: Omit<Moment, 'at'>): void => {
    moments.push({ at: now(), ...moment })
  }
  const table = (): ReadonlySet<Bip6Address> => moments.at(-1)?.table ?? new Set()
  port.on(event => {
    if (event._tag === 'Status') {
      const { vmac, role, registration } = event.status
      const bbmd = registration?.state === 'registered' ? registration.bbmd : undefined
      note(vmac === undefined ? GONE : { role, bbmd, table: role === 'Bbmd' ? table() : new Set() })
    }
    if (event._tag === 'ForeignDevice') {
      const others = [...table()].filter(address => address !== event.address)
      const entries = new Set(event.state === 'registered' ? [...others, event.address] : others)
      note({ role: 'Bbmd', bbmd: undefined, table: entries })
    }
  })
  return {
    killed: () => note(GONE),
    during: (from, to) => {
      const first = moments.findLastIndex(({ at }) => at < from)
      return moments.slice(Math.max(first, 0)).filter(({ at }) => at <= to)
    },
  }
}

/** A station, and what became of it. */
export interface Followed6 extends Station6 {
  readonly history: History6
}

/** Whether a broadcast had to reach somebody, as all that it depended on was there from the one time to the other. */
export const hadToReach = (
  speaker: Followed6,
  hearer: Followed6,
  stations: readonly Followed6[],
  from: number,
  to: number,
): boolean => {
  const always = ({ history }: Followed6, is: (moment: Moment) => boolean): boolean =>
    history.during(from, to).every(is)
  const isBbmd = (station: Followed6): boolean => always(station, ({ role }) => role === 'Bbmd')

  /** The BBMD that does for a station what it is there for; `undefined` when there was none all the time. */
  const bbmdOf = (station: Followed6): Followed6 | undefined => {
    const [{ bbmd } = GONE] = station.history.during(from, from)
    if (bbmd !== undefined) {
      const lists = stations.find(({ address }) => address === bbmd)
      const isKnown = lists !== undefined && always(lists, ({ table }) => table.has(station.address))
      return isKnown && always(station, moment => moment.bbmd === bbmd) ? lists : undefined
    }
    return always(station, ({ role }) => role === 'OrdinaryNode' || role === 'Bbmd')
      ? stations.find(other => other.domain === station.domain && isBbmd(other))
      : undefined
  }

  const isInDomain = (station: Followed6): boolean =>
    always(station, ({ role }) => role === 'OrdinaryNode' || role === 'Bbmd')
  if (isInDomain(speaker) && isInDomain(hearer) && speaker.domain === hearer.domain) return true
  return bbmdOf(speaker) !== undefined && bbmdOf(hearer) !== undefined
}

/**
 * How often somebody may hear a broadcast. More than once when it has been a foreign device, and is still in the table of
 * its BBMD, as the word that it is none any more is on its way, or was lost.
 */
export const mostTimes = (hearer: Followed6, stations: readonly Followed6[], from: number, to: number): number => {
  const isNode = hearer.history.during(from, to).some(({ role }) => role === 'OrdinaryNode')
  const isListed = ({ history }: Followed6): boolean =>
    history.during(from, to).some(({ table }) => table.has(hearer.address))
  return 1 + (isNode ? stations.filter(isListed).length : 0)
}
