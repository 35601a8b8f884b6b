import type { Arrival } from '../../bvll/udp.js'
import type { IpLocal } from '../../ip/ip-udp.js'
import { bipAddress, ipOf, portOf, type BipAddress } from '../../values/bip-address.js'
import { broadcastOf, hasBroadcast, type BroadcastMask } from '../../values/broadcast-mask.js'
import { LIMITED_BROADCAST, type Ipv4 } from '../../values/ipv4.js'

/** A UDP port of a virtual host, while it is bound. */
export interface VirtualPort {
  readonly address: BipAddress
  readonly mask: BroadcastMask
  /** What was given as its broadcast address; its subnet has one without that. */
  readonly broadcast: BipAddress | undefined
  readonly isWildcard: boolean
}

const RECEIVE_BUFFER = 1 << 20

const broadcastAddressOf = ({ address, mask, broadcast }: VirtualPort): BipAddress | undefined =>
  broadcast ?? (hasBroadcast(mask) ? bipAddress(broadcastOf(ipOf(address), mask), portOf(address)) : undefined)

/** What it knows of its own addresses. */
export const localOf = (port: VirtualPort): IpLocal => ({
  address: port.address,
  own: new Set([port.address]),
  broadcast: broadcastAddressOf(port),
  mask: port.mask,
  isWildcard: port.isWildcard,
  receiveBuffer: RECEIVE_BUFFER,
})

/** Whether an address means all hosts of its subnet. */
const isBroadcastOf = ({ address, mask }: VirtualPort, ip: Ipv4): boolean =>
  ip === LIMITED_BROADCAST || (hasBroadcast(mask) && ip === broadcastOf(ipOf(address), mask))

/** How it hears what is broadcast in its subnet; `undefined` when it does not, as that is for another port. */
const broadcastArrival = (port: VirtualPort, to: BipAddress): Arrival | undefined => {
  const isOwnPort = portOf(to) === portOf(port.address)
  if (port.isWildcard && isOwnPort) return 'unknown'
  return to === broadcastAddressOf(port) || (isOwnPort && ipOf(to) === LIMITED_BROADCAST) ? 'broadcast' : undefined
}

/** The addresses to which it hears broadcasts in its subnet, and how. */
export const broadcastsOf = (port: VirtualPort): ReadonlyMap<BipAddress, Arrival> => {
  const { address, mask } = port
  const ips = [LIMITED_BROADCAST, broadcastOf(ipOf(address), mask)]
  const given = broadcastAddressOf(port)
  const heard = new Map<BipAddress, Arrival>()
  for (const to of [...ips.map(ip => bipAddress(ip, portOf(address))), ...(given === undefined ? [] : [given])]) {
    const arrival = isBroadcastOf(port, ipOf(to)) ? broadcastArrival(port, to) : undefined
    if (arrival !== undefined) heard.set(to, arrival)
  }
  return heard
}
