import type * as E from 'fp-ts/lib/Either.js'
import { bipAddress, BACNET_PORT, ipOf, parseBipAddress, portOf, printBipAddress } from '../../values/bip-address.js'
import { bip6Address, ip6Of, parseBip6Address, port6Of, printBip6Address } from '../../values/bip6-address.js'
import { parseIpv4, printIpv4 } from '../../values/ipv4.js'
import { parseIpv6, printIpv6 } from '../../values/ipv6.js'
import { valid } from '../sockets/valid.js'

/** What differs between IPv4 and IPv6. */
export interface AddressFamily {
  readonly name: string
  /** What means all addresses of a host. */
  readonly any: string
  /** The address of a host in that of a port, as text in one spelling. */
  readonly hostIn: (bind: string) => string
  /** The same port at another address. */
  readonly at: (bind: string, host: string) => string
  /** The address of a host in that spelling. Throws an Error for what is none. */
  readonly spelled: (host: string) => string
}

/** The words of a family for a host, and for a port of a host. */
interface Words<Ip, Address> {
  readonly parseIp: (text: string) => E.Either<string, Ip>
  readonly printIp: (ip: Ip) => string
  readonly address: (ip: Ip, port: number) => Address
  readonly ipOf: (address: Address) => Ip
  readonly portOf: (address: Address) => number
  readonly parse: (text: string, port: number) => E.Either<string, Address>
  readonly print: (address: Address) => string
}

const familyOf = <Ip, Address>(name: string, any: string, words: Words<Ip, Address>): AddressFamily => {
  const bound = (bind: string): Address => valid(words.parse(bind, BACNET_PORT))
  const ip = (host: string): Ip => valid(words.parseIp(host))
  return {
    name,
    any,
    hostIn: bind => words.printIp(words.ipOf(bound(bind))),
    at: (bind, host) => words.print(words.address(ip(host), words.portOf(bound(bind)))),
    spelled: host => words.printIp(ip(host)),
  }
}

/** Addresses such as `10.0.1.5:47808`. */
export const IPV4: AddressFamily = familyOf('IPv4', '0.0.0.0', {
  parseIp: parseIpv4,
  printIp: printIpv4,
  address: bipAddress,
  ipOf,
  portOf,
  parse: parseBipAddress,
  print: printBipAddress,
})

/** Addresses such as `[fd71::5]:47808`. */
export const IPV6: AddressFamily = familyOf('IPv6', '::', {
  parseIp: parseIpv6,
  printIp: printIpv6,
  address: bip6Address,
  ipOf: ip6Of,
  portOf: port6Of,
  parse: parseBip6Address,
  print: printBip6Address,
})
