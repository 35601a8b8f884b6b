import * as E from 'fp-ts/lib/Either.js'
import type { Arrival } from '../bvll/udp.js'
import type { Ip6Local } from '../ip6/ip6-udp.js'
import {
  bip6Address,
  ip6Of,
  isLinkLocal,
  isLoopback,
  isUniqueLocal,
  port6Of,
  type Bip6Address,
} from '../values/bip6-address.js'
import { haveSamePrefix } from '../values/ipv6-prefix.js'
import { ANY_IPV6, printIpv6, type Ipv6 } from '../values/ipv6.js'
import { zoned } from './bip6-endpoint.js'
import type { Interface6Address, Interface6Table } from './interfaces6.js'

/** What a UDP port knows of its addresses, before it knows of its buffer. */
export type Addresses6 = Omit<Ip6Local, 'receiveBuffer'>

/** The one interface on which a port sends and hears multicasts. */
export interface Home {
  readonly name: string
  /** How sockets call it behind a `%`. */
  readonly zone: string
  /** Its addresses. */
  readonly entries: Interface6Table
}

/**
 * The interface of a port: that of the name; else that of the address it is bound to, and for `::` the first that others
 * reach, better with an address that is valid beyond its link. An address must be one of the interface.
 */
export const homeOf = (
  ip: Ipv6,
  name: string | undefined,
  table: Interface6Table,
  platform: NodeJS.Platform,
): E.Either<string, Home> => {
  const named = name === undefined ? table : table.filter(entry => entry.name === name)
  if (name !== undefined && named.length === 0) {
    return E.left(`there is no interface '${name}' that is up and has an IPv6 address (${namesIn(table)})`)
  }
  const found = ip === ANY_IPV6 ? likeliest(named) : named.filter(entry => entry.ip === ip)
  const [first] = found
  if (first === undefined) {
    return E.left(
      ip === ANY_IPV6
        ? 'no interface that is up has an IPv6 address'
        : `${printIpv6(ip)} is not an address of ${name ?? 'this host'}`,
    )
  }
  if (found.some(entry => entry.name !== first.name)) {
    return E.left(`${printIpv6(ip)} is an address of several interfaces (${namesIn(found)}): one must be named`)
  }
  const entries = table.filter(entry => entry.name === first.name)
  const zone = zoneOf(entries, first.name, platform)
  return zone === undefined
    ? E.left(`the system does not tell the number of '${first.name}', as it does with a link-local address`)
    : E.right({ name: first.name, zone, entries })
}

const namesIn = (table: Interface6Table): string => [...new Set(table.map(({ name }) => name))].join(', ') || 'none has'

const likeliest = (table: Interface6Table): Interface6Table => {
  const first =
    table.find(({ ip, isInternal }) => !isInternal && !isLinkLocal(ip)) ??
    table.find(({ isInternal }) => !isInternal) ??
    table[0]
  return first === undefined ? [] : [first]
}

/** Windows knows interfaces by their numbers, of which 0 would be any, all others by their names. */
const zoneOf = (entries: Interface6Table, name: string, platform: NodeJS.Platform): string | undefined => {
  if (platform !== 'win32') return name
  const scope = entries.find(entry => entry.scope > 0)?.scope
  return scope === undefined ? undefined : String(scope)
}

/** What the interface says of a port that is bound to an address, with the port that it got. */
export const addresses6Of = (bound: Bip6Address, group: Ipv6, entries: Interface6Table): Addresses6 => {
  const port = port6Of(bound)
  const isWildcard = ip6Of(bound) === ANY_IPV6
  const own = isWildcard ? [...entries].sort(byReach).map(({ ip }) => bip6Address(ip, port)) : [bound]
  return { address: own[0] ?? bound, own: new Set(own), group: bip6Address(group, port), isWildcard }
}

const byReach = (one: Interface6Address, other: Interface6Address): number => reachOf(one.ip) - reachOf(other.ip)

/** The less, the farther the hosts may be that it means something to. */
const reachOf = (ip: Ipv6): number => (isLoopback(ip) ? 3 : isLinkLocal(ip) ? LINK_LOCAL : isUniqueLocal(ip) ? 1 : 0)

const LINK_LOCAL = 2

/** Whether two looks at the interface found the same. */
export const areSameAddresses6 = (one: Addresses6, other: Addresses6): boolean =>
  one.address === other.address && one.own.size === other.own.size && [...one.own].every(own => other.own.has(own))

const isBeyondLink = ({ ip }: Interface6Address): boolean => reachOf(ip) < LINK_LOCAL

/**
 * Of the addresses of an interface those that a port is to be bound to rather than to the present one, the best first.
 * It stays with an address as long as that exists, whatever others come and go, unless they are the first that mean
 * something beyond the link. Without any address it stays, too.
 */
export const betterThan = (present: Ipv6 | undefined, entries: Interface6Table): readonly Ipv6[] => {
  const kept = entries.find(({ ip }) => ip === present)
  if (kept !== undefined && isBeyondLink(kept)) return []
  return [...(kept === undefined ? entries : entries.filter(isBeyondLink))].sort(byReach).map(({ ip }) => ip)
}

/** Which sockets a port takes to hear what it should, and to tell how it came (section 10 of the protocol notes). */
export interface Hearing6 {
  /** What the socket that sends is bound to: the first of them that can be. */
  readonly hosts: readonly Ipv6[]
  /** Whether it is bound to another address of the interface when there is a better one. */
  readonly moves: boolean
  /** What it hears: it joins the group itself when that is `unknown`. */
  readonly arrival: Arrival
  /** What a second socket is bound to, which joins the group and hears nothing else. */
  readonly ear: string | undefined
}

/**
 * A socket on one address hears no multicasts, and sends from nowhere else. One on `::` would hear them beside all that
 * others on the host listen to, and send from whichever address the system takes: for `::` it is on one address at a time.
 * But on Windows no socket can be bound to a group.
 */
export const hearing6Of = (ip: Ipv6, group: Ipv6, { zone, entries }: Home, platform: NodeJS.Platform): Hearing6 => {
  if (platform === 'win32') return { hosts: [ip], moves: false, arrival: 'unknown', ear: undefined }
  const moves = ip === ANY_IPV6
  const ear = printIpv6(group)
  return {
    hosts: moves ? betterThan(undefined, entries) : [ip],
    moves,
    arrival: 'unicast',
    ear: isWide(group) ? ear : zoned(ear, zone),
  }
}

const LINK_SCOPE = 2
const WIDE_HOPS = 64

/** Whether it may have members beyond one link. */
export const isWide = (group: Ipv6): boolean => Number.parseInt(group.charAt(3), 16) > LINK_SCOPE

/** How many links its datagrams may cross. */
export const hopsFor = (group: Ipv6): number => (isWide(group) ? WIDE_HOPS : 1)

/**
 * Whether a source is next to this host on other interfaces only. Of a group of a wider scope a socket hears what arrives
 * at any interface on which some program has joined it.
 */
export const isElsewhere = (source: Ipv6, { name }: Home, table: Interface6Table): boolean => {
  const near = table.filter(({ ip, prefixLength }) => haveSamePrefix(ip, source, prefixLength))
  return near.length > 0 && near.every(entry => entry.name !== name)
}

/** Whether an interface is another than it was, as far as the system gave it a number both times. */
export const isAnother = (before: Interface6Table, now: Interface6Table): boolean => {
  const [was, is] = [before, now].map(entries => entries.find(({ scope }) => scope > 0)?.scope)
  return was !== undefined && is !== undefined && was !== is
}
