import * as E from 'fp-ts/lib/Either.js'
import type { Brand } from './brand.js'

/**
 * The MAC address of a station in the format of its network, as the network layer carries it (clause 6.2.2): of B/IP
 * address and port, of B/IPv6 and BACnet/SC the VMAC, of MS/TP one octet. Held as lower-case hex digits, two for each
 * octet, which makes it comparable with `===` and usable as a `Map` key. None at all stands for every station of a network.
 *
 * The length does not tell the kind of network: B/IP, BACnet/SC and Ethernet have six octets each.
 */
export type Mac = Brand<string, 'Mac'>

/** Every station of a network. */
export const ALL_STATIONS: Mac = '' as Mac

/** The most octets of a MAC address that are understood; none of today has more than 7. */
export const MAX_MAC_LENGTH = 18

/** Its octets. */
export const macLength = (mac: Mac): number => mac.length / 2

/** Reads `0a`, `02aabbccddee` or `02:aa:bb:cc:dd:ee`, of either case: 1 to 18 octets. */
export const parseMac = (text: string): E.Either<string, Mac> =>
  /^[0-9a-f]{2}(?:[:-]?[0-9a-f]{2}){0,17}$/i.test(text)
    ? E.right(text.replace(/[:-]/g, '').toLowerCase() as Mac)
    : E.left(`'${text}' is not a MAC address in hex, such as 02aabbccddee`)
