import type * as t from 'io-ts'
import { MAX_BDT_ENTRIES } from '../../ip/bbmd-policy.js'
import { MAX_TABLE_ROWS } from '../../transport/ip-bounds.js'
import { parseBdtEntry, printBdtEntry, type BdtEntry, type BipAddress } from '../../transport/ip.js'
import { parseStation, printBipAddress } from '../../values/bip-address.js'
import { parseBind, parseBroadcast, printBroadcast } from '../../values/bip-binding.js'
import { parseIpv4Subnet, printIpv4Subnet, type Ipv4Subnet } from '../../values/ipv4-subnet.js'
import { textCodec } from '../../values/text-codec.js'
import { destinationFromText, rowsFromJson, type RowReading } from '../bvll/codecs.js'
import type { OptionCodec } from '../option-codecs.js'

/** What a port is bound to. */
export const BindFromText: OptionCodec<BipAddress> = textCodec(
  'address to bind',
  text => parseBind(text),
  printBipAddress,
)

/** Where broadcasts go. */
export const BroadcastFromText: OptionCodec<BipAddress> = textCodec('broadcast address', parseBroadcast, printBroadcast)

/** One row of a broadcast distribution table: `10.0.1.5:47808`, or with a mask. */
export const BdtEntryFromText: OptionCodec<BdtEntry> = textCodec('BDT entry', parseBdtEntry, printBdtEntry)

/** Some hosts: `10.0.1.5`, or all of `10.0.1.0/24`. */
export const SubnetFromText: OptionCodec<Ipv4Subnet> = textCodec('subnet', parseIpv4Subnet, printIpv4Subnet)

/** Some station, or all of them: `10.0.1.5:47808` or `broadcast`. */
export const IpDestinationFromText: t.Type<BipAddress | 'broadcast', string> = destinationFromText(
  'B/IP address',
  parseStation,
  printBipAddress,
)

const entryText = (value: unknown): string | undefined => {
  if (typeof value === 'string') return value
  if (typeof value !== 'object' || value === null || !('address' in value)) return undefined
  const { address, mask } = value as { readonly address: unknown; readonly mask?: unknown }
  if (typeof address !== 'string') return undefined
  if (mask === undefined) return address
  return typeof mask === 'string' ? `${address}/${mask}` : undefined
}

const BDT: RowReading<BdtEntry> = {
  textOf: entryText,
  wanted: 'text, or an object of address and mask',
  parse: parseBdtEntry,
  print: printBdtEntry,
}

/** The own broadcast distribution table in JSON: a list of `"HOST:PORT/MASK"`, or of `{"address", "mask"}` as it is told. */
export const OwnBdtFromJson: t.Type<readonly BdtEntry[], unknown> = rowsFromJson(MAX_BDT_ENTRIES, BDT)

/** The same for a table that is to be written elsewhere, where there may be room for more. */
export const BdtFromJson: t.Type<readonly BdtEntry[], unknown> = rowsFromJson(MAX_TABLE_ROWS, BDT)
