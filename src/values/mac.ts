import type { Brand } from './brand.js'

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

/** The MAC address of a station: a VMAC of BACnet/SC or B/IPv6, or a B/IP address. */
export const macOf = (address: string): Mac => address as Mac
