import { valid } from '../../../src/testing/sockets/valid.js'
import { parseBipAddress } from '../../../src/values/bip-address.js'
import { parseBip6Address } from '../../../src/values/bip6-address.js'
import type { Plan, Seat } from '../plan/plan.js'
import { membersOf } from './member.js'

/** Who sits at which address: those of a UDP port, as the wire has them, or where a node accepts direct connections. */
export const placesOf = (plan: Plan): ReadonlyMap<string, Seat> => {
  const moves = new Map<string, readonly string[]>()
  for (const { fault } of plan.script) {
    if (fault._tag === 'Move') moves.set(fault.host, [...(moves.get(fault.host) ?? []), fault.to])
  }
  return new Map(
    membersOf(plan).flatMap(({ host, seats }) =>
      seats.flatMap(seat =>
        [seat, ...(moves.get(host) ?? []).map(to => movedTo(seat, to))].map(one => [addressOf(one), seat] as const),
      ),
    ),
  )
}

/** A seat at another address, with its own port. */
const movedTo = (seat: Seat, to: string): Seat => {
  if (seat.kind === 'sc' || (seat.kind === 'ip6') !== to.includes(':')) return seat
  const port = seat.bind.slice(seat.bind.lastIndexOf(':'))
  return { ...seat, bind: seat.kind === 'ip' ? `${to}${port}` : `[${to}]${port}` }
}

/** Where a node accepts direct connections. */
export const directAddressOf = ({ network, host }: Pick<Seat, 'network' | 'host'>): string =>
  `direct-${network}-${host}`

const addressOf = (seat: Seat): string => {
  switch (seat.kind) {
    case 'sc':
      return directAddressOf(seat)
    case 'ip':
      return valid(parseBipAddress(seat.bind))
    case 'ip6':
      return valid(parseBip6Address(seat.bind))
  }
}

/** The networks of hubs. */
export const networksOfHubs = (plan: Plan): ReadonlyMap<string, number> =>
  new Map(
    plan.networks.flatMap(({ number, ...on }) => (on.kind === 'sc' ? on.hubs.map(hub => [hub, number] as const) : [])),
  )
