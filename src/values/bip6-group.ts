import * as E from 'fp-ts/lib/Either.js'
import type * as t from 'io-ts'
import { isMulticast } from './bip6-address.js'
import { parseIpv6, printIpv6, type Ipv6 } from './ipv6.js'
import { textCodec } from './text-codec.js'

/** The group of BACnet/IPv6 on one link, `ff02::bac0`: nodes with another group (clause U.1.1) do not hear each other. */
export const BACNET_GROUP: Ipv6 = `ff02${'bac0'.padStart(28, '0')}` as Ipv6

/** Reads the multicast group of a port, such as `ff05::bac0`: any address in ff00::/8. */
export const parseGroup = (text: string): E.Either<string, Ipv6> => {
  const ip = parseIpv6(text)
  return E.isRight(ip) && isMulticast(ip.right) ? ip : E.left(`'${text}' is not a group such as ff02::bac0`)
}

/** What people type for the multicast group of a port. */
export const GroupFromText: t.Type<Ipv6, string> = textCodec('group', parseGroup, printIpv6)
