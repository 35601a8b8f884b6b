import type { Interface6Table } from '../../io/interfaces6.js'
import { printBip6Address, type Bip6Address } from '../../transport/ip6.js'
import { ip6Of, isLinkLocal, isLoopback, port6Of } from '../../values/bip6-address.js'
import { ANY_IPV6, printIpv6 } from '../../values/ipv6.js'
import type { RoleTag } from '../bvll/news.js'
import { UsageError } from '../usage.js'
import type { Binding6 } from './codecs.js'

/** The addresses among the options of a B/IPv6 port, and its interface. */
export interface AddressOptions6 {
  readonly bind: Binding6
  readonly interface: string | undefined
  readonly foreign: Bip6Address | undefined
}

/**
 * The interface that is named, be it only as the zone of an address. Throws a {@link UsageError} where the two differ,
 * and for a foreign device that would register with itself.
 */
export const checkedInterface = (
  { bind: { address, zone }, interface: name, foreign }: AddressOptions6,
  table: Interface6Table,
): string | undefined => {
  if (zone !== undefined && name !== undefined && zone !== name) {
    throw new UsageError(`--bind and --interface: ${zone} is not ${name}`)
  }
  const isOwn =
    foreign !== undefined &&
    port6Of(foreign) === port6Of(address) &&
    (ip6Of(address) === ANY_IPV6 ? table.some(({ ip }) => ip === ip6Of(foreign)) : foreign === address)
  if (isOwn) throw new UsageError('--foreign: a port cannot be registered with itself')
  return name ?? zone
}

/** What was left to chance when a port was bound, which has the address now. */
export interface Chosen6 {
  readonly address: Bip6Address
  readonly role: RoleTag
  readonly isWildcard: boolean
  /** Whether its interface was named. */
  readonly isNamed: boolean
}

/** What people should know of the addresses of a port that is bound: a line each. */
export const doubtsAbout = (
  { address, role, isWildcard, isNamed }: Chosen6,
  table: Interface6Table,
): readonly string[] => {
  const own = printBip6Address(address)
  const external = table.filter(({ isInternal }) => !isInternal)
  const home = table.find(({ ip }) => ip === ip6Of(address))?.name
  const names = [...new Set(external.map(({ name }) => name))]
  const wide = external.filter(({ name, ip }) => name === home && !isLinkLocal(ip)).map(({ ip }) => printIpv6(ip))
  return [
    ...(isWildcard && !isNamed && names.length > 1 && home !== undefined
      ? [`this host has ${names.join(' and ')}; multicasts go by ${home}: name the right one with --interface`]
      : []),
    ...(isWildcard && wide.length > 1
      ? [`this host is ${wide.join(' and ')}; as B/IPv6 address it takes ${own}: name the right one with --bind`]
      : []),
    ...(isWildcard && !isNamed && isLoopback(address)
      ? [`${own} is an address that nobody else reaches, as no other interface is up: start again when one is`]
      : []),
    ...(role !== 'OrdinaryNode' && isLinkLocal(address)
      ? [`${own} is an address of one link: nobody beyond it, such as behind another BBMD, can be told of it`]
      : []),
  ]
}
