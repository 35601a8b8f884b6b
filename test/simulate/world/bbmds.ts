import { lotOf } from '../plan/lot.js'
import type { Ip6Seat, IpSeat, Plan } from '../plan/plan.js'
import { membersOf } from './member.js'
import type { Hop } from './ways.js'

/** The BBMDs of a plan. */
export interface Bbmds {
  /** All of a network. */
  readonly of: (network: number) => readonly string[]
  /** Those that a broadcast from one host to another on a network passes; a unicast passes none. */
  readonly between: (hop: Hop) => readonly string[]
  /** Whether a host is a foreign device on a network. */
  readonly isForeign: (host: string, network: number) => boolean
}

/** Who is a BBMD, and who needs which. */
export const bbmdsOf = (plan: Plan): Bbmds => {
  const seats = new Map(
    membersOf(plan).flatMap(({ host, seats: sat }) =>
      sat.flatMap(seat => (seat.kind === 'sc' ? [] : [[`${host} ${seat.network}`, seat] as const])),
    ),
  )
  const bbmds = new Map(
    plan.networks.map(network => [
      network.number,
      network.kind === 'sc' ? [] : [...network.seats].filter(({ role }) => role === 'bbmd'),
    ]),
  )
  const bdts = new Map(plan.networks.map(network => [network.number, network.kind === 'sc' ? [] : network.bdt]))
  const names = new Map([...bbmds].map(([number, sat]) => [number, sat.map(({ host }) => host)]))

  /** That of its subnet, or that it registers with. */
  const ownOf = (seat: IpSeat | Ip6Seat): string | undefined => {
    const all = bbmds.get(seat.network) ?? []
    if (seat.role !== 'foreign') return all.find(bbmd => subnetOf(bbmd) === subnetOf(seat))?.host
    const registrar = registrarFor(seat, bdts.get(seat.network) ?? [])
    return all.find(({ bind }) => bind === registrar)?.host
  }

  const search = (from: IpSeat | Ip6Seat, to: IpSeat | Ip6Seat): readonly string[] => {
    const isAtOnce = from.role !== 'foreign' && to.role !== 'foreign' && subnetOf(from) === subnetOf(to)
    return isAtOnce ? [] : [...new Set([from, to].flatMap(seat => ownOf(seat) ?? []))]
  }

  const found = new Map<string, readonly string[]>()
  return {
    of: network => names.get(network) ?? [],
    between: ({ network, from, to }) => {
      const key = `${network} ${from} ${to}`
      const known = found.get(key)
      if (known !== undefined) return known
      const [one, other] = [from, to].map(host => seats.get(`${host} ${network}`))
      const between = one === undefined || other === undefined ? [] : search(one, other)
      found.set(key, between)
      return between
    },
    isForeign: (host, network) => seats.get(`${host} ${network}`)?.role === 'foreign',
  }
}

/** The BBMD that a foreign device registers with: they take one after the other. */
export const registrarFor = ({ bind }: IpSeat | Ip6Seat, bdt: readonly string[]): string =>
  bdt[lotOf(bind) % bdt.length] ?? ''

/** Of IPv4, as wide as 22 bits; of IPv6, the prefix. */
const subnetOf = ({ kind, bind }: IpSeat | Ip6Seat): string => {
  if (kind === 'ip6') return bind.slice(0, bind.indexOf('::'))
  const [, second, third] = bind.split('.').map(Number)
  return `${second}.${(third ?? 0) >> 2}`
}
