import fc from 'fast-check'
import type { Bip6Address } from '../../src/values/bip6-address.js'
import type { Bip6Vmac } from '../../src/values/bip6-vmac.js'
import type { Ipv6 } from '../../src/values/ipv6.js'
import { encodeBvll6 } from '../../src/wire/bvll6-encode.js'
import type { Bvll6FunctionName } from '../../src/wire/bvll6-function.js'
import type { Bvll6Message } from '../../src/wire/bvll6.js'
import { anyOctets } from './arbitraries.js'
import { anyBroadcastNpdu, anyBuiltNpdu, datagramsLike, messagesOf } from './bvll-arbitraries.js'
import { toHex } from './vectors.js'

/** Any sixteen octets as an IPv6 address; often with many that are zero, as most addresses have. */
export const anyIpv6 = (): fc.Arbitrary<Ipv6> =>
  fc.oneof(
    anyOctets(16, 16).map(toHex),
    fc.array(fc.constantFrom('0000', '0000', '0001', '0db8', 'fe80', 'ffff'), { minLength: 8, maxLength: 8 }).map(join),
  ) as fc.Arbitrary<Ipv6>

const join = (groups: readonly string[]): string => groups.join('')

/** Any eighteen octets as a B/IPv6 address. */
export const anyBip6Address = (): fc.Arbitrary<Bip6Address> =>
  fc.tuple(anyIpv6(), anyOctets(2, 2)).map(([ip, port]) => (ip + toHex(port)) as Bip6Address)

/** Any three octets as a VMAC. */
export const anyBip6Vmac = (): fc.Arbitrary<Bip6Vmac> => anyOctets(3, 3).map(octets => toHex(octets) as Bip6Vmac)

const anyUint16 = fc.nat(0xffff)

const source = anyBip6Vmac()

/** What each function says. */
const anyBody: {
  readonly [T in Bvll6FunctionName]: fc.Arbitrary<Omit<Bvll6Message & { _tag: T }, '_tag'>>
} = {
  'BVLC-Result': fc.record({
    source,
    code: fc.oneof(anyUint16, fc.constantFrom(0, 0x30, 0x60, 0x90, 0xa0, 0xc0)),
  }),
  'Original-Unicast-NPDU': fc.record({
    source,
    destination: anyBip6Vmac(),
    npdu: anyBuiltNpdu().map(({ octets }) => octets),
  }),
  'Original-Broadcast-NPDU': fc.record({ source, npdu: anyBroadcastNpdu() }),
  'Address-Resolution': fc.record({ source, target: anyBip6Vmac() }),
  'Forwarded-Address-Resolution': fc.record({ source, target: anyBip6Vmac(), originating: anyBip6Address() }),
  'Address-Resolution-ACK': fc.record({ source, destination: anyBip6Vmac() }),
  'Virtual-Address-Resolution': fc.record({ source }),
  'Virtual-Address-Resolution-ACK': fc.record({ source, destination: anyBip6Vmac() }),
  'Forwarded-NPDU': fc.record({ source, originating: anyBip6Address(), npdu: anyBroadcastNpdu() }),
  'Register-Foreign-Device': fc.record({ source, ttl: anyUint16 }),
  'Delete-Foreign-Device-Table-Entry': fc.record({ source, address: anyBip6Address() }),
  'Secure-BVLL': fc.record({ wrapper: anyOctets(0, 40) }),
  'Distribute-Broadcast-To-Network': fc.record({ source, npdu: anyBroadcastNpdu() }),
}

/** Any BVLL message of BACnet/IPv6 that is understood. */
export const anyBvll6 = (): fc.Arbitrary<Bvll6Message> => messagesOf(anyBody)

/** What a port may hear: anything at all, often something almost right. */
export const anyDatagram6 = (): fc.Arbitrary<Uint8Array> => datagramsLike(0x82, anyBvll6().map(encodeBvll6))
