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

/** Addresses such as `10.0.1.5:47808`. */
export const IPV4: AddressFamily = {
  name: 'IPv4',
  any: '0.0.0.0',
  hostIn: bind => printIpv4(ipOf(valid(parseBipAddress(bind, BACNET_PORT)))),
  at: (bind, host) =>
    printBipAddress(bipAddress(valid(parseIpv4(host)), portOf(valid(parseBipAddress(bind, BACNET_PORT))))),
  spelled: host => printIpv4(valid(parseIpv4(host))),
}

/** Addresses such as `[fd71::5]:47808`. */
export const IPV6: AddressFamily = {
  name: 'IPv6',
  any: '::',
  hostIn: bind => printIpv6(ip6Of(valid(parseBip6Address(bind, BACNET_PORT)))),
  at: (bind, host) =>
    printBip6Address(bip6Address(valid(parseIpv6(host)), port6Of(valid(parseBip6Address(bind, BACNET_PORT))))),
  spelled: host => printIpv6(valid(parseIpv6(host))),
}

/** Which host is at which address. */
export interface HostAddresses {
  /** A port of a host, made anew where the host has another address by then. */
  readonly settle: <Options extends { readonly bind: string }, Port>(
    family: AddressFamily,
    host: string,
    options: Options,
    portAt: (options: Options) => Port,
  ) => () => Port
  /** Gives a host another address. Throws an Error where it has not exactly one of that family, or another host has that. */
  readonly move: (host: string, to: string) => { readonly from: string; readonly family: AddressFamily }
}

/** An address of a host, at this moment. */
interface Place {
  readonly host: string
  readonly family: AddressFamily
  address: string
}

/** No host has an address at first. */
export const hostAddresses = (): HostAddresses => {
  const places = new Map<string, Place>()

  return {
    settle: (family, host, options, portAt) => {
      const address = family.hostIn(options.bind)
      // On all addresses, it is wherever its host is.
      if (address === family.any) {
        const port = portAt(options)
        return () => port
      }
      const known = places.get(address)
      const place = known?.host === host ? known : { host, family, address }
      places.set(address, place)
      let made = { address, port: portAt(options) }
      return () => {
        if (place.address !== made.address) {
          const bind = family.at(options.bind, place.address)
          made = { address: place.address, port: portAt({ ...options, bind }) }
        }
        return made.port
      }
    },

    move: (host, to) => {
      const family = to.includes(':') ? IPV6 : IPV4
      const address = family.spelled(to)
      const own = [...places.values()].filter(place => place.host === host && place.family === family)
      const [place] = own
      if (place === undefined || own.length > 1) {
        throw new Error(`'${host}' has ${own.length} addresses of ${family.name}, so that none can be said to move`)
      }
      const other = places.get(address)
      if (other !== undefined && other !== place) throw new Error(`${address} is the address of '${other.host}'`)
      const from = place.address
      places.delete(from)
      place.address = address
      places.set(address, place)
      return { from, family }
    },
  }
}
