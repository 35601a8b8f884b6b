import * as E from 'fp-ts/lib/Either.js'
import type { Brand } from './brand.js'

/** An IPv4 address, as the whole number from 0 to 2^32 - 1 that its four octets make. */
export type Ipv4 = Brand<number, 'Ipv4'>

/** No address: of a socket, all of its host. */
export const ANY_IPV4: Ipv4 = 0 as Ipv4

/** The limited broadcast address, 255.255.255.255: all hosts of whatever network it is heard on. */
export const LIMITED_BROADCAST: Ipv4 = 0xffffffff as Ipv4

/** The address of so many: its lowest 32 bits. */
export const ipv4 = (bits: number): Ipv4 => (bits >>> 0) as Ipv4

const OCTET = '(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)'
const DOTTED = new RegExp(`^${OCTET}\\.${OCTET}\\.${OCTET}\\.${OCTET}$`)

/** Reads `192.168.1.10`. */
export const parseIpv4 = (text: string): E.Either<string, Ipv4> => {
  const octets = DOTTED.exec(text)?.slice(1)
  return octets === undefined
    ? E.left(`'${text}' is not an IPv4 address such as 192.168.1.10`)
    : E.right(ipv4(octets.reduce((bits, octet) => bits * 256 + Number(octet), 0)))
}

/** An address as `192.168.1.10`. */
export const printIpv4 = (ip: Ipv4): string => `${ip >>> 24}.${(ip >>> 16) & 0xff}.${(ip >>> 8) & 0xff}.${ip & 0xff}`

/** Whether an address can be that of one host: neither 0.0.0.0/8, nor multicast, nor one of those above it. */
export const isHost = (ip: Ipv4): boolean => ip >>> 24 > 0 && ip >>> 24 < 224
