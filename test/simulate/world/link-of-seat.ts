import type { NetworkPlan, Seat } from '../plan/plan.js'
import { ip6Link } from './ip6-link.js'
import { ipLink } from './ip-link.js'
import { lendingOctets } from './lent-octets.js'
import { scLink } from './sc-link.js'
import type { SeatLink } from './seat-link.js'
import type { Surroundings } from './surroundings.js'

/** Where a host sits on a network, with all that is seen of it told. */
export const linkOf = (seat: Seat, surroundings: Surroundings): SeatLink => {
  const on = surroundings.plan.networks[seat.network - 1]
  const { spoil, clock, counted } = surroundings
  const { link: plain, ...asked } = plainLinkOf(seat, on, surroundings)
  const lending = lendingOctets(plain)
  const link = spoil.link?.(seat, lending, clock) ?? lending
  return {
    link: { ...link, duplex: outbound$ => counted(seat.host, link.duplex(counted(seat.host, outbound$))) },
    ...asked,
  }
}

const plainLinkOf = (seat: Seat, on: NetworkPlan | undefined, surroundings: Surroundings): SeatLink => {
  if (seat.kind === 'sc' && on?.kind === 'sc') return scLink(seat, on, surroundings)
  if (seat.kind === 'ip' && on?.kind === 'ip') return ipLink(seat, on, surroundings)
  if (seat.kind === 'ip6' && on?.kind === 'ip6') return ip6Link(seat, on, surroundings)
  throw new Error(`${seat.host} sits on a network of another kind`)
}
