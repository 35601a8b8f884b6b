import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { bbmdPolicy, MAX_BDT_ENTRIES, type BbmdPolicy } from '../../ip/bbmd-policy.js'
import { MAX_TABLE_ROWS } from '../../transport/ip-bounds.js'
import { parseBdtEntry, printBdtEntry, type BdtEntry, type BipAddress } from '../../transport/ip.js'
import { parseStation, printBipAddress } from '../../values/bip-address.js'
import { parseBind, parseBroadcast, printBroadcast } from '../../values/bip-binding.js'
import { parseIpv4Subnet, printIpv4Subnet, type Ipv4Subnet } from '../../values/ipv4-subnet.js'
import { textCodec } from '../../values/text-codec.js'
import { countFromText, type OptionCodec } from '../option-codecs.js'

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

/** Time to live of a registration, in seconds. */
export const TtlFromText: OptionCodec<number> = countFromText('whole number of seconds', 1, 0xffff)

/** The same in JSON, as a number. */
export const TtlFromJson: t.Type<number, unknown> = new t.Type<number, unknown>(
  'TTL',
  (value): value is number => typeof value === 'number',
  (input, context) =>
    typeof input === 'number' && Number.isInteger(input) && input >= 1 && input <= 0xffff
      ? t.success(input)
      : t.failure(input, context, `${JSON.stringify(input)} is not a whole number of seconds from 1 to 65535`),
  value => value,
)

/** What a BBMD does when nobody says otherwise. */
export const USUAL_POLICY: BbmdPolicy = bbmdPolicy()

const ACCEPT: ReadonlyMap<string, number> = new Map([
  ['yes', USUAL_POLICY.maxForeignDevices],
  ['true', USUAL_POLICY.maxForeignDevices],
  ['no', 0],
  ['false', 0],
])

const ForeignCountFromText = countFromText('number of foreign devices', 0, MAX_TABLE_ROWS)

/** How many foreign devices are taken: `yes`, `no` or a number. */
export const AcceptFromText: OptionCodec<number> = textCodec<number>(
  'number of foreign devices',
  text => {
    const count = ACCEPT.get(text.toLowerCase())
    if (count !== undefined) return E.right(count)
    const given = ForeignCountFromText.decode(text)
    return E.isRight(given) ? given : E.left(`'${text}' is neither yes nor no nor a number up to ${MAX_TABLE_ROWS}`)
  },
  String,
)

/** Some station, or all of them: `10.0.1.5:47808` or `broadcast`. */
export const IpDestinationFromText: t.Type<BipAddress | 'broadcast', string> = textCodec<BipAddress | 'broadcast'>(
  'B/IP address',
  text => (text === 'broadcast' ? E.right(text) : parseStation(text)),
  to => (to === 'broadcast' ? to : printBipAddress(to)),
)

/** What a port can be asked to be, by the names of the flags. */
export type RoleName = 'node' | 'foreign' | 'bbmd'

const ROLES: readonly RoleName[] = ['node', 'foreign', 'bbmd']

/** What a port can be asked to be. */
export const RoleFromText: t.Type<RoleName, string> = textCodec<RoleName>(
  'role',
  text => {
    const role = ROLES.find(name => name === text)
    return role === undefined ? E.left('there are node, foreign and bbmd') : E.right(role)
  },
  String,
)

const entryText = (value: unknown): string | undefined => {
  if (typeof value === 'string') return value
  if (typeof value !== 'object' || value === null || !('address' in value)) return undefined
  const { address, mask } = value as { readonly address: unknown; readonly mask?: unknown }
  if (typeof address !== 'string') return undefined
  if (mask === undefined) return address
  return typeof mask === 'string' ? `${address}/${mask}` : undefined
}

const bdtFromJson = (most: number): t.Type<readonly BdtEntry[], unknown> =>
  new t.Type<readonly BdtEntry[], unknown>(
    'BDT',
    (value): value is readonly BdtEntry[] => Array.isArray(value),
    (input, context) => {
      if (!Array.isArray(input)) return t.failure(input, context, 'must be a list')
      if (input.length > most) return t.failure(input, context, `there are more than ${most}`)
      const entries: BdtEntry[] = []
      for (const [index, value] of input.entries()) {
        const text = entryText(value)
        const entry =
          text === undefined ? E.left('must be text, or an object of address and mask') : parseBdtEntry(text)
        if (E.isLeft(entry)) return t.failure(input, context, `[${index}]: ${entry.left}`)
        entries.push(entry.right)
      }
      return t.success(entries)
    },
    entries => entries.map(printBdtEntry),
  )

/** The own broadcast distribution table in JSON: a list of `"HOST:PORT/MASK"`, or of `{"address", "mask"}` as it is told. */
export const OwnBdtFromJson: t.Type<readonly BdtEntry[], unknown> = bdtFromJson(MAX_BDT_ENTRIES)

/** The same for a table that is to be written elsewhere, where there may be room for more. */
export const BdtFromJson: t.Type<readonly BdtEntry[], unknown> = bdtFromJson(MAX_TABLE_ROWS)
