import type { Dice } from '../../fuzz/dice.js'
import type { Ip6Seat, IpSeat, NatPlan, NetworkPlan, ScNetworkPlan, ScSeat, Seat } from './plan.js'
import { FOREIGN_SUBNET, ip6Seat, ipNetwork, ipSeat, ipv4At, seatOfBox, type Topology } from './topology.js'

/** The host number of a port of a box that is a foreign device: below those of others. */
const FIRST_FOREIGN_BOX = 1003

/** The subnet of those behind a NAT. */
const NAT_SUBNET = 201

/**
 * Makes some of the networks what is rarer: joined in a chain, with hubs on hosts of nodes or boxes, with namesakes, which
 * are two nodes with a duplicate VMAC, nodes that know one hub only or that alone accept direct connections, foreign devices
 * behind a NAT, boxes that are foreign devices, hosts that can move while they are up.
 */
export const drawShapes = (dice: Dice, drawn: Topology): Topology => {
  const joined = dice.onceIn(4) ? inAChain(dice, drawn) : drawn
  const named = withScTraits(dice, joined)
  const hidden = withNats(dice, named)
  const hosting = new Set<string>()
  const networks = hidden.networks.map(network =>
    network.kind === 'sc' && dice.onceIn(3) ? withSharedHost(dice, hidden, network, hosting) : network,
  )
  return eachSeat({ ...hidden, networks }, seat => {
    if (seat.kind === 'sc' || seat.role === 'bbmd') return seat
    const on = networks[seat.network - 1]
    if (isBox(seat)) return on?.kind !== 'sc' && on?.bdt.length !== 0 && dice.onceIn(4) ? asForeign(seat) : seat
    return { ...seat, isWildcard: dice.onceIn(3) }
  })
}

/** Everybody on a network: stations first. */
export const seatsOn = ({ networks, boxes }: Topology, number: number): readonly Seat[] => [
  ...(networks[number - 1]?.seats ?? []),
  ...boxes.flatMap(({ seats }) => seats.filter(({ network }) => network === number)),
]

/** Whether it is a port of a box. */
export const isBox = ({ host }: Seat): boolean => host.startsWith('box-')

/** Where the name of a station says that it is. */
export const placeOf = ({ host }: Seat): { readonly subnet: number; readonly index: number } => {
  const [, , subnet, index] = host.split('-').map(Number)
  return { subnet: subnet ?? 0, index: index ?? 0 }
}

/** As many hops as there are networks. */
const inAChain = (dice: Dice, { networks, boxes, nats }: Topology): Topology => ({
  networks,
  nats,
  boxes: boxes.map(({ host, seats: [, away] }, index) => ({
    host,
    seats: [seatOfBox(dice, networks[index] as NetworkPlan, host, away.network), away],
  })),
})

const withScTraits = (dice: Dice, topology: Topology): Topology => {
  const changed = new Map<string, ScSeat>()
  for (const { kind, number } of topology.networks) {
    if (kind !== 'sc') continue
    const seats = seatsOn(topology, number).filter(seat => seat.kind === 'sc')
    for (const seat of scTraits(dice, seats)) changed.set(`${seat.host} ${number}`, seat)
  }
  return eachSeat(topology, seat => changed.get(`${seat.host} ${seat.network}`) ?? seat)
}

const scTraits = (dice: Dice, seats: readonly ScSeat[]): readonly ScSeat[] => {
  const [isForgetful, isOneSided, hasNamesakes] = [dice.onceIn(3), dice.onceIn(4), dice.onceIn(2)]
  const [accepting, one, other] = [dice.pick(seats), dice.pick(seats), dice.pick(seats)]
  return seats.map(seat => ({
    ...seat,
    knowsFailover: !(isForgetful && dice.onceIn(3)),
    ...(isOneSided ? { listens: seat === accepting, initiates: seat !== accepting } : {}),
    ...(hasNamesakes && seat === one ? { vmac: other.vmac } : {}),
  }))
}

/** A hub that goes down with a node or a box. */
const withSharedHost = (
  dice: Dice,
  topology: Topology,
  network: ScNetworkPlan,
  hosting: Set<string>,
): ScNetworkPlan => {
  const { host } = dice.pick(seatsOn(topology, network.number))
  const index = dice.below(network.hubs.length)
  if (hosting.has(host)) return network
  hosting.add(host)
  return { ...network, hubs: network.hubs.map((hub, at) => (at === index ? host : hub)) }
}

const withNats = (dice: Dice, topology: Topology): Topology => {
  const nats: NatPlan[] = []
  const networks = topology.networks.map((network): NetworkPlan => {
    if (network.kind !== 'ip' || network.bdt.length === 0 || dice.onceIn(3)) return network
    const name = `nat-${network.number}-${NAT_SUBNET}`
    const isBehind = ({ role }: IpSeat): boolean => (role === 'foreign' ? !dice.onceIn(3) : dice.onceIn(3))
    const seats = network.seats.map(seat => (seat.role !== 'bbmd' && isBehind(seat) ? behind(name, seat) : seat))
    if (seats.every(({ nat }) => nat === undefined)) return network
    nats.push({ name, inside: ipv4At(network.number, NAT_SUBNET, 0), outside: `203.0.113.${network.number}` })
    return ipNetwork(network.number, seats)
  })
  return { ...topology, networks, nats }
}

const behind = (nat: string, seat: IpSeat): IpSeat => ({
  ...ipSeat(seat.network, NAT_SUBNET, placeOf(seat).index, 'foreign'),
  knowsNumber: seat.knowsNumber,
  nat,
})

/** A port of a box, which is on no subnet of its network. */
const asForeign = (seat: IpSeat | Ip6Seat): Seat => {
  const index = Number(seat.host.split('-')[1]) + FIRST_FOREIGN_BOX
  const seated = (seat.kind === 'ip' ? ipSeat : ip6Seat)(seat.network, FOREIGN_SUBNET, index, 'foreign', seat.host)
  return { ...seated, knowsNumber: seat.knowsNumber }
}

const eachSeat = ({ networks, boxes, nats }: Topology, change: (seat: Seat) => Seat): Topology => {
  // What is changed of a seat is never its kind.
  const changed = <One extends Seat>(seat: One): One => change(seat) as One
  return {
    nats,
    networks: networks.map((network): NetworkPlan => {
      switch (network.kind) {
        case 'sc':
          return { ...network, seats: network.seats.map(changed) }
        case 'ip':
          return { ...network, seats: network.seats.map(changed) }
        case 'ip6':
          return { ...network, seats: network.seats.map(changed) }
      }
    }),
    boxes: boxes.map(({ host, seats: [home, away] }) => ({ host, seats: [changed(home), changed(away)] })),
  }
}
