import * as E from 'fp-ts/lib/Either.js'
import type { Bip6Vmac } from './bip6-vmac.js'
import type { BipAddress } from './bip-address.js'
import type { Brand } from './brand.js'
import type { Vmac } from './vmac.js'

/**
 * The MAC address of a station in the format of its network, as the network layer carries it (clause 6.2.2): of B/IP
 * address and port, of B/IPv6 and BACnet/SC the VMAC, of MS/TP one octet. Held as lower-case hex digits, two for each
 * octet, which makes it comparable with `===` and usable as a `Map` key. None at all stands for every station of a network.
 *
 * The length does not tell the kind of network: B/IP, BACnet/SC and Ethernet have six octets each.
 */
export type Mac = Brand<string, 'Mac'>

/** The most octets of a MAC address that are understood; none of today has more than 7. */
export const MAX_MAC_LENGTH = 18

/** All stations of a network: no MAC address at all. */
export const ALL_STATIONS: Mac = '' as Mac

/** The MAC address of a station: a VMAC of BACnet/SC or B/IPv6, or a B/IP address. Others are read by {@link parseMac}. */
export const macOf = (address: Vmac | BipAddress | Bip6Vmac): Mac => address as string as Mac

/**
 * Reads the MAC address of one station of any network: `05` on MS/TP, `0a000107bac0` or `0a:00:01:07:ba:c0` on B/IP, of
 * either case, from 1 to 18 octets.
 */
export const parseMac = (text: string): E.Either<string, Mac> => {
  const mac = text.replaceAll(':', '').toLowerCase()
  return /^[0-9a-f]{2}(?:(:?)[0-9a-f]{2}(?:\1[0-9a-f]{2})*)?$/i.test(text) && isMac(mac)
    ? E.right(mac)
    : E.left(`'${text}' is not a MAC address such as 05 or 0a:00:01:07:ba:c0`)
}

/** Whether text that is said to be the MAC address of a station is one: programs without types give whatever they have. */
export const isMac = (mac: string): mac is Mac => HEX.test(mac)

const HEX = new RegExp(`^(?:[0-9a-f]{2}){1,${MAX_MAC_LENGTH}}$`)
