import type { Ip6Local } from '../../ip6/ip6-udp.js'
import {
  bip6Address,
  ip6Of,
  isLinkLocal,
  isMulticast,
  parseBip6Address,
  port6Of,
  type Bip6Address,
} from '../../values/bip6-address.js'
import { BACNET_GROUP, parseGroup } from '../../values/bip6-group.js'
import { ANY_IPV6, parseIpv6, printIpv6, type Ipv6 } from '../../values/ipv6.js'
import { valid } from './valid.js'
import { freePort } from './free-port.js'
import type { VirtualPort6Options } from './virtual-internet6-options.js'

/** A UDP port of a virtual host, while it is bound. */
export interface VirtualPort6 {
  readonly address: Bip6Address
  readonly link: string
  /** The group, with its own port. */
  readonly group: Bip6Address
  readonly movesAlong: boolean
  readonly isWildcard: boolean
  /** The other address of its host, if it has one, which is its own on all addresses only. */
  readonly linkLocal: Bip6Address | undefined
}

const RECEIVE_BUFFER = 1 << 20
const PREFIX_DIGITS = 16

/** The link that an address lies on, if nobody says another. */
export const linkOf = (ip: Ipv6, given: string | undefined): string => {
  if (given !== undefined) return given
  if (isLinkLocal(ip)) throw new Error(`on which link is ${printIpv6(ip)}?`)
  return `${printIpv6(ip.slice(0, PREFIX_DIGITS).padEnd(ip.length, '0') as Ipv6)}/64`
}

/** The port that was asked for; one that is free for port 0, and an address of the own host for `::`. */
export const virtualPort6 = (
  { bind, link, group, isWildcard = false, movesAlong = false, linkLocal }: VirtualPort6Options,
  ownAddress: () => Ipv6,
  isTaken: (address: Bip6Address, link: string) => boolean,
): VirtualPort6 => {
  const asked = valid(parseBip6Address(bind))
  const isAny = ip6Of(asked) === ANY_IPV6
  const ip = isAny ? ownAddress() : ip6Of(asked)
  const on = linkOf(ip, link)
  const port = port6Of(asked) || freePort(number => isTaken(bip6Address(ip, number), on))
  return {
    address: bip6Address(ip, port),
    link: on,
    group: bip6Address(group === undefined ? BACNET_GROUP : valid(parseGroup(group)), port),
    movesAlong: movesAlong || isWildcard || isAny,
    isWildcard,
    linkLocal: isWildcard && linkLocal !== undefined ? bip6Address(valid(parseIpv6(linkLocal)), port) : undefined,
  }
}

/** All addresses at which it is reached. */
export const addressesOf6 = ({ address, linkLocal }: VirtualPort6): readonly Bip6Address[] =>
  linkLocal === undefined ? [address] : [address, linkLocal]

/** What it knows of its own addresses. */
export const localOf6 = (port: VirtualPort6): Ip6Local => ({
  address: port.address,
  own: new Set(addressesOf6(port)),
  group: port.group,
  isWildcard: port.isWildcard,
  receiveBuffer: RECEIVE_BUFFER,
})

/** Where what it sends is from. */
export const sourceFor = ({ address, linkLocal = address }: VirtualPort6, to: Bip6Address): Bip6Address =>
  isLinkLocal(to) || (isMulticast(to) && scopeOf(to) <= LINK_SCOPE) ? linkLocal : address

/** How far a group reaches (RFC 4291, 2.7): 1 within a host, 2 on a link, more beyond it. */
export const scopeOf = (group: Bip6Address): number => Number.parseInt(group.charAt(3), 16)

/** The scope of groups on one link. */
export const LINK_SCOPE = 2
