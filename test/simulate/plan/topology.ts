import type { Dice } from '../../fuzz/dice.js'
import type { BoxPlan, Ip6Seat, IpSeat, NatPlan, NetworkPlan, ScSeat, Seat, SeatRole } from './plan.js'

/** Networks and the boxes that join them. */
export interface Topology {
  readonly networks: readonly NetworkPlan[]
  readonly boxes: readonly BoxPlan[]
  readonly nats: readonly NatPlan[]
}

const KINDS = ['sc', 'sc', 'ip', 'ip6'] as const
const MAX_NETWORKS = 5
const MAX_SUBNETS = 3
/** Addresses of foreign devices are on a subnet of their own, which is nobody else's. */
export const FOREIGN_SUBNET = 200
const PORT = 47_808

/** Draws networks with so many stations in all, joined by boxes so that there is one way between any two. */
export const drawTopology = (dice: Dice, stations: number): Topology => {
  const count = 1 + dice.below(Math.min(MAX_NETWORKS, Math.ceil(stations / 2)))
  const kinds = Array.from({ length: count }, () => dice.pick(KINDS))
  const sizes = shared(dice, stations, count)
  const networks = kinds
    .map((kind, index) => drawNetwork(dice, kind, index + 1, sizes[index] ?? 1))
    .map(network => (count === 1 ? network : withDoubts(dice, network)))
  const boxes = networks.slice(1).map((network, index): BoxPlan => {
    const earlier = networks[dice.below(index + 1)] as NetworkPlan
    const host = `box-${network.number}`
    return { host, seats: [seatOfBox(dice, earlier, host, network.number), seatOfBox(dice, network, host, 0)] }
  })
  return { networks, boxes, nats: [] }
}

/** So many things shared by chance among so many, each of whom gets one at least. */
const shared = (dice: Dice, things: number, among: number): readonly number[] => {
  const shares = Array.from({ length: among }, () => 1)
  for (let left = things - among; left > 0; left--) {
    const index = dice.below(among)
    shares[index] = (shares[index] ?? 0) + 1
  }
  return shares
}

const drawNetwork = (dice: Dice, kind: (typeof KINDS)[number], number: number, stations: number): NetworkPlan => {
  switch (kind) {
    case 'sc': {
      const hubs = dice.onceIn(5) ? [`hub-${number}a`] : [`hub-${number}a`, `hub-${number}b`]
      return {
        kind,
        number,
        hubs,
        seats: Array.from({ length: stations }, (_, index) =>
          scSeat(number, `node-${number}-${index + 1}`, index + 1, dice.onceIn(4), dice.onceIn(4)),
        ),
      }
    }
    case 'ip':
    case 'ip6': {
      const subnets = 1 + dice.below(Math.min(MAX_SUBNETS, stations))
      const roles = Array.from({ length: stations }, (_, index): SeatRole => {
        if (subnets > 1 && index < subnets) return 'bbmd'
        return subnets > 1 && dice.onceIn(4) ? 'foreign' : 'ordinary'
      })
      const subnetOf = (index: number): number => {
        if (roles[index] === 'foreign') return FOREIGN_SUBNET
        return 1 + (index < subnets ? index : dice.below(subnets))
      }
      return kind === 'ip'
        ? ipNetwork(
            number,
            roles.map((role, index) => ipSeat(number, subnetOf(index), index + 1, role)),
          )
        : ip6Network(
            number,
            roles.map((role, index) => {
              const seat = ip6Seat(number, subnetOf(index), index + 1, role)
              return dice.onceIn(3) ? { ...seat, deviceInstance: undefined } : seat
            }),
          )
    }
  }
}

/** Some have to learn the number of their network, which only a box can tell them. */
const withDoubts = (dice: Dice, network: NetworkPlan): NetworkPlan => {
  const doubting = <One extends Seat>(seats: readonly One[]): readonly One[] =>
    seats.map(seat => ({ ...seat, knowsNumber: !dice.onceIn(4) }))
  switch (network.kind) {
    case 'sc':
      return { ...network, seats: doubting(network.seats) }
    case 'ip':
      return { ...network, seats: doubting(network.seats) }
    case 'ip6':
      return { ...network, seats: doubting(network.seats) }
  }
}

/** A B/IP network of those. */
export const ipNetwork = (number: number, seats: readonly IpSeat[]): NetworkPlan => ({
  kind: 'ip',
  number,
  seats,
  bdt: bbmdsOf(seats),
})

const ip6Network = (number: number, seats: readonly Ip6Seat[]): NetworkPlan => ({
  kind: 'ip6',
  number,
  seats,
  bdt: bbmdsOf(seats),
})

const bbmdsOf = (seats: readonly (IpSeat | Ip6Seat)[]): readonly string[] =>
  seats.filter(({ role }) => role === 'bbmd').map(({ bind }) => bind)

const scSeat = (network: number, host: string, index: number, listens: boolean, initiates: boolean): ScSeat => ({
  kind: 'sc',
  host,
  network,
  knowsNumber: true,
  vmac: `02${hex(network, 2)}00${hex(index, 6)}`,
  knowsFailover: true,
  listens,
  initiates,
})

/** A seat on a B/IP network. */
export const ipSeat = (network: number, subnet: number, index: number, role: SeatRole, host?: string): IpSeat => ({
  kind: 'ip',
  host: host ?? `ip-${network}-${subnet}-${index}`,
  network,
  knowsNumber: true,
  bind: `${ipv4At(network, subnet, index)}:${PORT}`,
  role,
  isWildcard: false,
  nat: undefined,
})

/** A subnet is as wide as it must be for a thousand stations: 10.NETWORK.SUBNET * 4.0/22. */
export const ipv4At = (network: number, subnet: number, index: number): string =>
  `10.${network * 4 + (subnet >> 6)}.${((subnet & 63) << 2) + (index >> 8)}.${index & 0xff}`

/** A seat on a B/IPv6 network. */
export const ip6Seat = (network: number, subnet: number, index: number, role: SeatRole, host?: string): Ip6Seat => ({
  kind: 'ip6',
  host: host ?? `ip6-${network}-${subnet}-${index}`,
  network,
  knowsNumber: true,
  bind: `[${ip6At(network, subnet, index)}]:${PORT}`,
  deviceInstance: network * 0x10000 + index,
  role,
  isWildcard: false,
})

/** An address on a link. */
export const ip6At = (network: number, subnet: number, index: number): string =>
  `fd71:0:${network}:${subnet}::${index.toString(16)}`

/** The host number of a port of a box is above those of stations. */
export const seatOfBox = (dice: Dice, on: NetworkPlan, host: string, other: number): Seat => {
  const index = 1010 + other
  const subnets = on.kind === 'sc' ? 1 : Math.max(1, on.bdt.length)
  switch (on.kind) {
    case 'sc':
      return scSeat(on.number, host, index, false, dice.onceIn(4))
    case 'ip':
      return ipSeat(on.number, 1 + dice.below(subnets), index, 'ordinary', host)
    case 'ip6':
      return ip6Seat(on.number, 1 + dice.below(subnets), index, 'ordinary', host)
  }
}

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0')
