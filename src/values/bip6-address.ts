import * as E from 'fp-ts/lib/Either.js'
import type * as t from 'io-ts'
import type { Brand } from './brand.js'
import { hexOctet } from './hex.js'
import { ANY_IPV6, parseIpv6, printIpv6, type Ipv6 } from './ipv6.js'
import { textCodec } from './text-codec.js'

/**
 * A B/IPv6 address (clause U.1.2): IPv6 address and UDP port. Held as the 36 lower-case hex digits of its eighteen octets,
 * which makes it comparable with `===` and usable as a `Map` key. The zone of a link-local address is no part of it.
 * The network layer never sees one: its MAC addresses are VMACs.
 */
export type Bip6Address = Brand<string, 'Bip6Address'>

/** The B/IPv6 address of a port of a host. */
export const bip6Address = (ip: Ipv6, port: number): Bip6Address =>
  (ip + hexOctet(port >>> 8) + hexOctet(port)) as Bip6Address

/** Whether text that is said to be a B/IPv6 address is one: programs without types give whatever they have. */
export const isBip6Address = (address: string): address is Bip6Address => /^[0-9a-f]{36}$/.test(address)

/** The IPv6 address in it. */
export const ip6Of = (address: Bip6Address): Ipv6 => address.slice(0, 32) as Ipv6

/** The network in it, by its first 64 bits: within them any host may have any address. */
export const network6Of = (address: Bip6Address): string => address.slice(0, 16)

/** The UDP port in it. */
export const port6Of = (address: Bip6Address): number => Number.parseInt(address.slice(32), 16)

const MAPPED = 'ffff'.padStart(24, '0')
const LOOPBACK = '1'.padStart(32, '0')

/** Whether it is of a group of hosts: ff00::/8. */
export const isMulticast = (address: Ipv6 | Bip6Address): boolean => address.startsWith('ff')

/** Whether it means something only on its link: fe80::/10. */
export const isLinkLocal = (address: Ipv6 | Bip6Address): boolean =>
  address.startsWith('fe') && '89ab'.includes(address.charAt(2))

/** Whether it is routed, but only within an organization: fc00::/7. */
export const isUniqueLocal = (address: Ipv6 | Bip6Address): boolean => /^f[cd]/.test(address)

/** Whether it is this host's own for itself, `::1`: another host that names it is not reached by it. */
export const isLoopback = (address: Ipv6 | Bip6Address): boolean => isSpecial(address) && address.startsWith(LOOPBACK)

/** Whether it can be the address of one station: of a host, be it this one by its loopback address, and with a port. */
export const isStation6 = (address: Bip6Address): boolean =>
  !isMulticast(address) && !address.endsWith('0000') && !isUnspecified(address) && !isMapped(address)

/** Whether it stands for an IPv4 address, ::ffff:0:0/96: no socket of BACnet/IPv6 sends there. */
const isMapped = (address: Bip6Address): boolean => isSpecial(address) && address.startsWith(MAPPED)

const isUnspecified = (address: Bip6Address): boolean => isSpecial(address) && address.startsWith(ANY_IPV6)

/** Whether it may be `::`, `::1` or a mapped one: few others begin with a 0, and this is asked of each datagram's source. */
const isSpecial = (address: Ipv6 | Bip6Address): boolean => address.startsWith('0')

/** Reads `[2001:db8::1]:47808`, also with port 0, `::` or a group; `port` is for text without one, `[2001:db8::1]`. */
export const parseBip6Address = (text: string, port?: number): E.Either<string, Bip6Address> => {
  const [, host = '', digits] = /^\[([^\]]*)\](?::(0|[1-9]\d{0,4}))?$/.exec(text) ?? []
  const ip = parseIpv6(host)
  const number = digits === undefined ? port : Number(digits)
  return E.isLeft(ip) || number === undefined || number > 0xffff
    ? E.left(`'${text}' is not an address such as [2001:db8::1]:47808`)
    : E.right(bip6Address(ip.right, number))
}

/** As {@link parseBip6Address}, for one station: `::`, groups and port 0 are refused. */
export const parseStation6 = (text: string): E.Either<string, Bip6Address> => {
  const address = parseBip6Address(text)
  return E.isRight(address) && !isStation6(address.right)
    ? E.left(`'${text}' cannot be the address of one station`)
    : address
}

/** A B/IPv6 address as `[2001:db8::1]:47808`. */
export const printBip6Address = (address: Bip6Address): string => `[${printIpv6(ip6Of(address))}]:${port6Of(address)}`

/** What people type for the address of one station. */
export const Station6FromText: t.Type<Bip6Address, string> = textCodec(
  'B/IPv6 address',
  parseStation6,
  printBip6Address,
)
