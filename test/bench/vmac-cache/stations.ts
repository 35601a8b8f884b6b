import { BACNET_PORT } from '../../../src/values/bip-address.js'
import { bip6Address, type Bip6Address } from '../../../src/values/bip6-address.js'
import type { Bip6Vmac } from '../../../src/values/bip6-vmac.js'
import { ipv6 } from '../../../src/values/ipv6.js'
import { bip6VmacAt } from '../../../src/wire/bvll6-addresses.js'

const octets = Buffer.alloc(4)

/** The VMAC of a device instance, as it comes out of a datagram. */
export const vmacOf = (instance: number): Bip6Vmac => {
  octets.writeUInt32BE(instance)
  return bip6VmacAt(octets, 1)
}

/** A unique local address for each number. */
export const addressOf = (station: number): Bip6Address => {
  const host = Buffer.alloc(16)
  host[0] = 0xfd
  host.writeUInt32BE(station, 12)
  return bip6Address(ipv6(host), BACNET_PORT)
}

/** Numbers below a bound, in an order that looks like none and is the same each time. */
export const shuffled = (bound: number): ((index: number) => number) => {
  const order = Array.from({ length: bound }, (_, index) => index)
  let seed = 1
  for (let last = bound - 1; last > 0; last--) {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
    const other = seed % (last + 1)
    const kept = order[last] as number
    order[last] = order[other] as number
    order[other] = kept
  }
  return index => order[index % bound] as number
}
