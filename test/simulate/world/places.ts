import { valid } from '../../../src/testing/sockets/valid.js'
import { parseBipAddress } from '../../../src/values/bip-address.js'
import { parseBip6Address } from '../../../src/values/bip6-address.js'
import type { Plan, Seat } from '../plan/plan.js'
import { membersOf } from './member.js'

/** Who sits at which address: that of a UDP port, as the wire has it, or where a node accepts direct connections. */
export const placesOf = (plan: Plan): ReadonlyMap<string, Seat> =>
  new Map(membersOf(plan).flatMap(({ seats }) => seats.map(seat => [addressOf(seat), seat] as const)))

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
