import type { BipAddress } from '../../src/values/bip-address.js'
import type { Bip6Address } from '../../src/values/bip6-address.js'
import { fromHex } from './vectors.js'

/** A datagram on its way, over IPv4 or over IPv6. */
export interface OnTheWire {
  readonly from: BipAddress | Bip6Address
  readonly to: BipAddress | Bip6Address
  readonly octets: Uint8Array
}

/** Whether it is on its way over IPv6. */
export const isOverIpv6 = ({ from }: OnTheWire): boolean => from.length === 36

/** DLT 101: each packet begins with its IP header, of either version. */
export const DLT_RAW = 101

const UDP = 17
const HOPS = 64

/** The IP packet with a datagram, from the IP header on. */
export const packetOf = (datagram: OnTheWire): Uint8Array =>
  isOverIpv6(datagram) ? ipv6Packet(datagram) : ipv4Packet(datagram)

/** Of IPv4: checksums of 0 say that there are none, or are not looked at. */
const ipv4Packet = ({ from, to, octets }: OnTheWire): Uint8Array => {
  const [source, destination] = [fromHex(from), fromHex(to)]
  const header = Buffer.alloc(12)
  header.writeUInt8(0x45, 0)
  header.writeUInt16BE(28 + octets.length, 2)
  header.writeUInt8(HOPS, 8)
  header.writeUInt8(UDP, 9)
  return Buffer.concat([
    header,
    source.subarray(0, 4),
    destination.subarray(0, 4),
    udpHeader(source.subarray(4), destination.subarray(4), octets.length),
    octets,
  ])
}

/** Of IPv6: the checksum of UDP must be right. */
const ipv6Packet = ({ from, to, octets }: OnTheWire): Uint8Array => {
  const [source, destination] = [fromHex(from), fromHex(to)]
  const udp = Buffer.concat([udpHeader(source.subarray(16), destination.subarray(16), octets.length), octets])
  const header = Buffer.alloc(8)
  header.writeUInt8(0x60, 0)
  header.writeUInt16BE(udp.length, 4)
  header.writeUInt8(UDP, 6)
  header.writeUInt8(HOPS, 7)
  const addresses = Buffer.concat([source.subarray(0, 16), destination.subarray(0, 16)])
  const pseudo = Buffer.alloc(8)
  pseudo.writeUInt32BE(udp.length, 0)
  pseudo.writeUInt8(UDP, 7)
  udp.writeUInt16BE(checksumOf(Buffer.concat([addresses, pseudo, udp])), 6)
  return Buffer.concat([header, addresses, udp])
}

const udpHeader = (sourcePort: Uint8Array, destinationPort: Uint8Array, length: number): Uint8Array => {
  const header = Buffer.alloc(8)
  header.set(sourcePort, 0)
  header.set(destinationPort, 2)
  header.writeUInt16BE(8 + length, 4)
  return header
}

/** The ones' complement of the sum of all 16-bit words; all ones where it would be zero, which means that there is none. */
const checksumOf = (octets: Buffer): number => {
  let sum = 0
  for (let at = 0; at < octets.length; at += 2) sum += ((octets[at] ?? 0) << 8) | (octets[at + 1] ?? 0)
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000)
  return sum === 0xffff ? 0xffff : 0xffff - sum
}
