import type { DecodedDatagram } from './datagram-vectors.js'
import { ipHex } from './ipv6-text.js'
import { hexNumber, present, readingWith, type Reading } from './tshark-ask.js'

/*
 * How Wireshark's dissector shows BACnet/IPv6 messages.
 */

/** All that it shows of a BVLL message, the function first. */
export const BVLC6_FIELDS = [
  'function_ipv6',
  'type',
  'length',
  'result',
  'virtual_source',
  'virtual_dest',
  'reg_ttl',
  'fdt_ipv6',
  'fdt_port',
  'orig_source_addr',
  'orig_source_port',
] as const

const ADDRESSES: readonly string[] = ['fdt_ipv6', 'orig_source_addr']

/** The reading with its IPv6 addresses in hex: the dissector writes some of them as IPv4. */
export const withAddressesInHex = (reading: Reading): Reading =>
  Object.fromEntries(
    Object.entries(reading).map(([field, values]) => [field, ADDRESSES.includes(field) ? values.map(ipHex) : values]),
  )

/** The octets before the NPDU, by function: with an NPDU, the dissector shows these as the length. */
const HEADER_LENGTHS: Readonly<Record<number, number>> = { 0x01: 10, 0x02: 7, 0x08: 25, 0x0c: 7 }

interface Address {
  readonly port: number
  readonly octets: string
}

/** What the dissector should show of a message that it knows: of all but Secure-BVLL. */
export const datagram6ReadingOf = (decoded: DecodedDatagram): Reading => {
  const vmac = (...fields: readonly string[]): readonly string[] =>
    fields
      .flatMap(field => present(decoded[field] as string | undefined))
      .map(text => String(Number.parseInt(text, 16)))
  const deleted = present(decoded['address'] as Address | undefined)
  const originating = present(decoded['originalSourceAddress'] as Address | undefined)
  return readingWith([
    ['function_ipv6', [hexNumber(2, decoded.function)]],
    ['type', ['0x82']],
    ['length', [String(HEADER_LENGTHS[decoded.function] ?? decoded.length)]],
    ['result', present(decoded['resultCode'] as number | undefined).map(code => hexNumber(4, code))],
    ['virtual_source', vmac('sourceVmac', 'originalSourceVmac')],
    ['virtual_dest', vmac('destinationVmac', 'targetVmac')],
    ['reg_ttl', present(decoded['timeToLive'] as number | undefined).map(String)],
    ['fdt_ipv6', deleted.map(({ octets }) => octets.slice(0, 32))],
    ['fdt_port', deleted.map(({ port }) => String(port))],
    ['orig_source_addr', originating.map(({ octets }) => octets.slice(0, 32))],
    ['orig_source_port', originating.map(({ port }) => String(port))],
  ])
}
