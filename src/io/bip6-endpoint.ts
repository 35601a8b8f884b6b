import { pipe } from 'fp-ts/lib/function.js'
import * as E from 'fp-ts/lib/Either.js'
import { bip6Address, ip6Of, isLinkLocal, port6Of, type Bip6Address } from '../values/bip6-address.js'
import { ANY_IPV6, parseIpv6, printIpv6, splitZone, type Ipv6 } from '../values/ipv6.js'
import { rememberedEndpoints, type Endpoints } from './remembered-endpoints.js'

/** B/IPv6 addresses as sockets have them: link-local ones with the zone that is given, in which the port is. */
export const bip6Endpoints = (zone: string): Endpoints<Bip6Address> =>
  rememberedEndpoints({
    address: addressOf,
    endpoint: address => ({ host: hostIn(zone, ip6Of(address)), port: port6Of(address) }),
  })

/** An address as a socket takes it. Groups need no zone: they leave on the interface that was set for them. */
export const hostIn = (zone: string, ip: Ipv6): string => (isLinkLocal(ip) ? zoned(printIpv6(ip), zone) : printIpv6(ip))

/** An address with the zone in which it is meant. */
export const zoned = (text: string, zone: string): string => `${text}%${zone}`

/** Whether a socket has heard it on another link than that of the zone, where it cannot be answered. */
export const isOnOtherLink = (host: string, zone: string): boolean => {
  const at = host.indexOf('%')
  return at >= 0 && host.slice(at + 1) !== zone
}

const addressOf = (host: string, port: number): Bip6Address =>
  bip6Address(
    pipe(
      parseIpv6(splitZone(host).text),
      E.getOrElse(() => ANY_IPV6),
    ),
    port,
  )
