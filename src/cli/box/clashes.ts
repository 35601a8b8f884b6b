import { ipOf, portOf, printBipAddress } from '../../values/bip-address.js'
import { ip6Of, port6Of, printBip6Address } from '../../values/bip6-address.js'
import { ANY_IPV4 } from '../../values/ipv4.js'
import { printIpv6 } from '../../values/ipv6.js'
import { hostAndPort } from '../../values/sc-uri.js'
import type { Ip6Facts, IpFacts, PortFacts } from './port-facts.js'

/** A port, as far as it can be in the way of another. */
export interface Placed {
  /** Where it is in the file. */
  readonly path: string
  readonly facts: PortFacts
  /** Whether the router carries things from it to others and back. */
  readonly isRouted: boolean
}

/** Why two ports cannot be side by side. */
export interface Clash {
  readonly path: string
  readonly reason: string
}

/**
 * The first port that cannot be beside one before it, be it for its address or since both are of one network: what a router
 * carried from one to the other would come back, and round and round. Only what the file itself says is seen.
 */
export const clashBetween = (ports: readonly Placed[]): Clash | undefined => {
  for (const [index, port] of ports.entries()) {
    for (const other of ports.slice(0, index)) {
      const found = ofTwo(port, other, port.isRouted && other.isRouted)
      if (found !== undefined) return { path: `${port.path}.${found.key}`, reason: found.reason(other.path) }
    }
  }
  return undefined
}

interface Found {
  readonly key: string
  readonly reason: (other: string) => string
}

const ofTwo = ({ facts: one }: Placed, { facts: other }: Placed, isRouted: boolean): Found | undefined => {
  if (one.ip !== undefined && other.ip !== undefined) return ofIp(one.ip, other.ip, isRouted)
  if (one.ip6 !== undefined && other.ip6 !== undefined) return ofIp6(one.ip6, other.ip6, isRouted)
  const { listen, hubs } = one
  if (listen !== undefined && other.listen !== undefined) {
    const [here, there] = [hostAndPort(listen), hostAndPort(other.listen)]
    const isSame = here.port !== 0 && here.port === there.port && here.host === there.host
    return isSame ? { key: 'listen', reason: path => `${listen} is where ${path} listens` } : undefined
  }
  const shared = isRouted ? hubs?.find(uri => other.hubs?.includes(uri)) : undefined
  if (shared === undefined) return undefined
  return { key: 'hub', reason: path => `${shared} is a hub of ${path} as well: both would be of one network, a loop` }
}

const ofIp = (one: IpFacts, other: IpFacts, isRouted: boolean): Found | undefined => {
  const [port, its] = [portOf(one.bind), portOf(other.bind)]
  const [ip, itsIp] = [ipOf(one.bind), ipOf(other.bind)]
  if (port === its && port !== 0 && (ip === itsIp || ip === ANY_IPV4 || itsIp === ANY_IPV4)) {
    return { key: 'bind', reason: path => `${printBipAddress(one.bind)} is the address and port of ${path}` }
  }
  if (!isRouted) return undefined
  const broadcast = broadcastOf(one)
  if (broadcast !== undefined && broadcast === broadcastOf(other)) {
    return { key: 'broadcast', reason: path => `the broadcasts of ${path} go there: both are of one network, a loop` }
  }
  return ofBbmds(
    { ...one, own: one.global ?? one.bind },
    { ...other, own: other.global ?? other.bind },
    printBipAddress,
  )
}

/** Where its broadcasts go, with the port, where the file says so. */
const broadcastOf = ({ bind, broadcast }: IpFacts): string | undefined => {
  if (broadcast === undefined) return undefined
  const port = portOf(broadcast) === 0 ? portOf(bind) : portOf(broadcast)
  return port === 0 ? undefined : `${ipOf(broadcast)}:${port}`
}

const ofIp6 = (one: Ip6Facts, other: Ip6Facts, isRouted: boolean): Found | undefined => {
  const port = port6Of(one.bind)
  const isSamePort = port !== 0 && port === port6Of(other.bind)
  if (isSamePort && ip6Of(one.bind) === ip6Of(other.bind) && one.interface === other.interface) {
    const where = one.group === other.group ? `of the group ${printIpv6(one.group)} ` : ''
    return { key: 'bind', reason: path => `${printBip6Address(one.bind)} ${where}is the address and port of ${path}` }
  }
  const isSameInterface = one.interface !== undefined && one.interface === other.interface
  if (isSamePort && isSameInterface && one.group === other.group) {
    const group = printIpv6(one.group)
    return { key: 'group', reason: path => `${group} is the group of ${path}, on the same interface and port: a loop` }
  }
  if (!isRouted) return undefined
  return ofBbmds({ ...one, own: one.bind }, { ...other, own: other.bind }, printBip6Address)
}

interface Bbmds<Address> {
  readonly own: Address
  readonly foreign: Address | undefined
  readonly bbmds: readonly Address[]
}

/** Ports that are joined by BBMDs are of one network. */
const ofBbmds = <Address extends string>(
  one: Bbmds<Address>,
  other: Bbmds<Address>,
  print: (address: Address) => string,
): Found | undefined => {
  const known = (port: Bbmds<Address>): readonly Address[] => [
    port.own,
    ...port.bbmds,
    ...(port.foreign === undefined ? [] : [port.foreign]),
  ]
  const its = new Set(known(other))
  const mine = one.foreign !== undefined && its.has(one.foreign) ? one.foreign : undefined
  const shared = mine ?? one.bbmds.find(address => its.has(address)) ?? (isKnownTo(one, other) ? one.own : undefined)
  if (shared === undefined) return undefined
  return {
    key: mine !== undefined ? 'foreign' : shared === one.own ? 'bind' : 'bdt',
    reason: path => `${print(shared)} joins this to the network of ${path}: a loop`,
  }
}

const isKnownTo = <Address>(one: Bbmds<Address>, other: Bbmds<Address>): boolean =>
  other.foreign === one.own || other.bbmds.includes(one.own)
