import fc from 'fast-check'
import type { Bip6Address } from '../../src/values/bip6-address.js'
import type { Bip6Vmac } from '../../src/values/bip6-vmac.js'
import type { Ipv6 } from '../../src/values/ipv6.js'
import { anyOctets } from './arbitraries.js'
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
