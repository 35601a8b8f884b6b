import * as E from 'fp-ts/lib/Either.js'
import type * as t from 'io-ts'
import type { Brand } from './brand.js'
import { hexOfSix } from './hex.js'
import { ipv4, parseIpv4, printIpv4, type Ipv4 } from './ipv4.js'
import { textCodec } from './text-codec.js'

/**
 * A B/IP address (clause J.1.2): IPv4 address and UDP port, the MAC address of a B/IP network. Held as the twelve
 * lower-case hex digits of its six octets, which makes it comparable with `===` and usable as a `Map` key.
 */
export type BipAddress = Brand<string, 'BipAddress'>

/** The UDP port of BACnet/IP where nobody says another: 0xBAC0. */
export const BACNET_PORT = 0xbac0

/** The B/IP address of a port of a host. */
export const bipAddress = (ip: Ipv4, port: number): BipAddress =>
  hexOfSix(ip >>> 24, ip >>> 16, ip >>> 8, ip, port >>> 8, port) as BipAddress

/** The IPv4 address in it. */
export const ipOf = (address: BipAddress): Ipv4 => ipv4(Number.parseInt(address.slice(0, 8), 16))

/** The UDP port in it. */
export const portOf = (address: BipAddress): number => Number.parseInt(address.slice(8), 16)

/** What all ports of its host have in common: the hex digits of the IPv4 address. */
export const hostOf = (address: BipAddress): string => address.slice(0, 8)

/**
 * Whether it can be the address of one station: of a host, as `isHost` has it, and with a port. Text such as
 * `10.0.1.5:47808`, which programs without types may give instead, cannot.
 */
export const isStation = (address: BipAddress): boolean =>
  // This is asked about each NPDU that is sent. Hex digits are in the order of what they stand for.
  address >= '01' && address < 'e0' && address.length === 12 && !address.endsWith('0000') && !address.includes('.')

/** Reads `192.168.1.10:47808`, also with port 0, 0.0.0.0 or a broadcast address; `port` is for text without one. */
export const parseBipAddress = (text: string, port?: number): E.Either<string, BipAddress> => {
  const [, host = '', digits] = /^([^:]*)(?::(0|[1-9]\d{0,4}))?$/.exec(text) ?? []
  const ip = parseIpv4(host)
  const number = digits === undefined ? port : Number(digits)
  return E.isLeft(ip) || number === undefined || number > 0xffff
    ? E.left(`'${text}' is not an address such as 192.168.1.10:47808`)
    : E.right(bipAddress(ip.right, number))
}

/** As {@link parseBipAddress}, for one station: 0.0.0.0, broadcast and multicast addresses and port 0 are refused. */
export const parseStation = (text: string): E.Either<string, BipAddress> => {
  const address = parseBipAddress(text)
  return E.isRight(address) && !isStation(address.right)
    ? E.left(`'${text}' cannot be the address of one station`)
    : address
}

/** A B/IP address as `192.168.1.10:47808`. */
export const printBipAddress = (address: BipAddress): string => `${printIpv4(ipOf(address))}:${portOf(address)}`

/** What people type for the address of one station. */
export const StationFromText: t.Type<BipAddress, string> = textCodec('B/IP address', parseStation, printBipAddress)
