import type { Arrival } from '../bvll/udp.js'
import type { IpLocal } from '../ip/ip-udp.js'
import { bipAddress, ipOf, portOf, type BipAddress } from '../values/bip-address.js'
import { areNeighbours, broadcastOf, hasBroadcast } from '../values/broadcast-mask.js'
import { ANY_IPV4, LIMITED_BROADCAST, type Ipv4 } from '../values/ipv4.js'
import type { Ipv4Subnet } from '../values/ipv4-subnet.js'
import type { InterfaceAddress, InterfaceTable } from './interfaces.js'

/** What a UDP port knows of its addresses, before it knows of its buffer. */
export type Addresses = Omit<IpLocal, 'receiveBuffer'>

/**
 * What the interface table says of a port that is bound to an address; `broadcast` is what its user says, and goes before
 * the table. A port 0 in it means the own port.
 */
export const addressesOf = (bound: BipAddress, broadcast: BipAddress | undefined, table: InterfaceTable): Addresses => {
  const port = portOf(bound)
  const given = broadcast === undefined || portOf(broadcast) > 0 ? broadcast : bipAddress(ipOf(broadcast), port)
  const isWildcard = ipOf(bound) === ANY_IPV4
  const home = isWildcard ? likeliestHome(given, table) : homeOf(ipOf(bound), table)
  const address = isWildcard && home !== undefined ? bipAddress(home.ip, port) : bound
  return {
    address,
    own: new Set(isWildcard ? table.map(({ ip }) => bipAddress(ip, port)) : [address]),
    broadcast: given ?? (home && broadcastIn(home, port)),
    mask: home?.mask,
    isWildcard,
  }
}

/** Whether two looks at the interface table found the same. */
export const areSameAddresses = (one: Addresses, other: Addresses): boolean =>
  one.address === other.address &&
  one.broadcast === other.broadcast &&
  one.mask === other.mask &&
  one.own.size === other.own.size &&
  [...one.own].every(address => other.own.has(address))

/** What the socket that sends hears. Elsewhere than on Windows it hears no broadcasts when it is bound to one address. */
export const arrivalsAt = ({ address, broadcast, isWildcard }: Addresses, platform: NodeJS.Platform): Arrival =>
  isWildcard || platform === 'win32' || broadcast === address ? 'unknown' : 'unicast'

/** A socket that is bound beside the one that sends, only to hear broadcasts. */
export interface Ear {
  readonly address: BipAddress
  /** Only what comes from this subnet is for it; `undefined` for all. */
  readonly neighboursOf: Ipv4Subnet | undefined
}

/**
 * The further sockets that it takes to hear broadcasts (section 10 of the protocol notes): one for the broadcast address,
 * and on Linux one for 255.255.255.255. That one hears all networks of the host, so that the own one must be known; what
 * it hears of the others is not even counted, as nothing of it was sent to this port. Whoever broadcasts to 255.255.255.255
 * himself still hears his subnet.
 */
export const earsOf = (addresses: Addresses, platform: NodeJS.Platform): readonly Ear[] => {
  const { address, broadcast, mask, isWildcard } = addresses
  if (platform === 'win32') return []
  const ip = ipOf(address)
  const limited = bipAddress(LIMITED_BROADCAST, portOf(address))
  const hasNetwork = mask !== undefined && hasBroadcast(mask) && !isWildcard && ip >>> 24 !== LOOPBACK_NET
  const network = hasNetwork ? { ip, mask } : undefined
  const given = broadcast === limited && hasNetwork ? bipAddress(broadcastOf(ip, mask), portOf(address)) : broadcast
  const ears: Ear[] = []
  if (given !== undefined && !hears(addresses, given)) ears.push({ address: given, neighboursOf: undefined })
  if ((platform === 'linux' && hasNetwork) || (broadcast === limited && given !== limited)) {
    ears.push({ address: limited, neighboursOf: network })
  }
  return ears
}

/** Whether the socket that sends hears what is sent to an address. */
const hears = ({ address, isWildcard }: Addresses, to: BipAddress): boolean =>
  isWildcard ? portOf(to) === portOf(address) : to === address

const LOOPBACK_NET = 127

const broadcastIn = ({ ip, mask }: InterfaceAddress, port: number): BipAddress | undefined =>
  hasBroadcast(mask) ? bipAddress(broadcastOf(ip, mask), port) : undefined

/** The entry of an address; else that of the smallest subnet it lies in, as 127.0.1.5 lies in that of 127.0.0.1. */
const homeOf = (ip: Ipv4, table: InterfaceTable): InterfaceAddress | undefined =>
  table.find(entry => entry.ip === ip) ??
  table.filter(entry => areNeighbours(entry.ip, ip, entry.mask)).sort((one, other) => other.mask - one.mask)[0]

/** Of all addresses, that whose subnet has the broadcast address; else one that others reach. */
const likeliestHome = (broadcast: BipAddress | undefined, table: InterfaceTable): InterfaceAddress | undefined =>
  table.find(({ ip, mask }) => broadcast !== undefined && broadcastOf(ip, mask) === ipOf(broadcast)) ??
  table.find(({ isInternal }) => !isInternal) ??
  table[0]
