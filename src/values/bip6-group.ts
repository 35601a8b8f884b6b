import * as E from 'fp-ts/lib/Either.js'
import type * as t from 'io-ts'
import { isMulticast } from './bip6-address.js'
import { parseIpv6, printIpv6, type Ipv6 } from './ipv6.js'
import { textCodec } from './text-codec.js'

/** The group of BACnet/IPv6 on one link, `ff02::bac0`: nodes with another group (clause U.1.1) do not hear each other. */
export const BACNET_GROUP: Ipv6 = `ff02${'bac0'.padStart(28, '0')}` as Ipv6

/** Groups that are everybody: all nodes and all routers of whatever scope (RFC 4291 2.7.1, section 1.1 of the protocol notes). */
const EVERYBODY = /^ff0.0{27}[12]$/

/** Groups that go nowhere, or beyond all bounds: of the scopes 0 and f, which are reserved. */
const RESERVED = /^ff.[0f]/

/** Reads the multicast group of a port, such as `ff05::bac0`: one in ff00::/8, but for those that are reserved or everybody. */
export const parseGroup = (text: string): E.Either<string, Ipv6> => {
  const ip = parseIpv6(text)
  if (E.isLeft(ip) || !isMulticast(ip.right)) return E.left(`'${text}' is not a group such as ff02::bac0`)
  return EVERYBODY.test(ip.right) || RESERVED.test(ip.right) ? E.left(`'${text}' is a reserved group`) : ip
}

/** What people type for the multicast group of a port. */
export const GroupFromText: t.Type<Ipv6, string> = textCodec('group', parseGroup, printIpv6)
