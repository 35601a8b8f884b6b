import type { BipAddress } from '../../src/values/bip-address.js'
import type { DecodedDatagram } from './datagram-vectors.js'
import { askTshark, readingWith, verdictOf, type Reading, type Verdict } from './tshark-ask.js'
import { fromHex } from './vectors.js'

/*
 * Wireshark's dissectors as a judge of BACnet/IP datagrams that knows nothing of our code.
 */

/** A datagram on its way. */
export interface OnTheWire {
  readonly from: BipAddress
  readonly to: BipAddress
  readonly octets: Uint8Array
}

const BVLC_FIELDS = [
  'function',
  'type',
  'length',
  'result',
  'bdt_ip',
  'bdt_port',
  'bdt_mask',
  'reg_ttl',
  'fdt_ip',
  'fdt_port',
  'fdt_ttl',
  'fdt_timeout',
  'fwd_ip',
  'fwd_port',
] as const

/** DLT 101: each packet begins with its IP header. */
const DLT_RAW = 101

/** Tests may use any port. */
export const ALL_PORTS_ARE_BVLC = ['-d', 'udp.port==1-65535,bvlc']

/** Asks tshark about all datagrams at once. Rejects when tshark fails or takes longer than 30 seconds. */
export const judgeDatagrams = async (datagrams: readonly OnTheWire[]): Promise<readonly Verdict[]> => {
  const shown = await askTshark({
    packets: datagrams.map(packetOf),
    linkType: DLT_RAW,
    options: ALL_PORTS_ARE_BVLC,
    fields: BVLC_FIELDS.map(field => `bvlc.${field}`),
  })
  return shown.map((each, index) => {
    const datagram = datagrams[index]
    const others = datagram === undefined ? [] : [...addressProblems(datagram), ...lengthProblems(datagram)]
    return verdictOf(each, BVLC_FIELDS, [...protocolProblems(each.protocols), ...others])
  })
}

/** An IPv4 packet with a UDP datagram. Checksums of 0 say that there are none, or are not looked at. */
const packetOf = ({ from, to, octets }: OnTheWire): Uint8Array => {
  const [source, destination] = [Buffer.from(fromHex(from)), Buffer.from(fromHex(to))]
  const header = Buffer.alloc(28)
  header.writeUInt8(0x45, 0)
  header.writeUInt16BE(28 + octets.length, 2)
  header.writeUInt8(64, 8)
  header.writeUInt8(17, 9)
  source.copy(header, 12, 0, 4)
  destination.copy(header, 16, 0, 4)
  source.copy(header, 20, 4)
  destination.copy(header, 22, 4)
  header.writeUInt16BE(8 + octets.length, 24)
  return Buffer.concat([header, octets])
}

const protocolProblems = (protocols: string): readonly string[] => {
  const [, , , bvlc, next] = protocols.split(':')
  if (bvlc !== 'bvlc') return [`not a BVLL message but '${protocols}'`]
  return next === undefined || next === 'bacnet' ? [] : [`'${next}' in a BVLL message`]
}

/** What the dissector does not say: it takes octets behind the end, and shows the length of the header with an NPDU. */
const lengthProblems = ({ octets }: OnTheWire): readonly string[] => {
  const said = octets.length < 4 ? undefined : Buffer.from(octets).readUInt16BE(2)
  return said === octets.length ? [] : [`${octets.length} octets with a length of ${said}`]
}

const addressProblems = ({ from, to }: OnTheWire): readonly string[] => {
  const [net, port] = [from.slice(0, 2), from.slice(8)]
  const isStation = net !== '00' && net < 'e0' && port !== '0000'
  return [
    ...(isStation ? [] : [`from ${from}, which is no station`]),
    ...(to.startsWith('00') || to.endsWith('0000') ? [`to ${to}, which is nobody`] : []),
  ]
}

/** The octets before the NPDU, by function: with an NPDU, the dissector shows these as the length. */
const HEADER_LENGTHS: Readonly<Record<number, number>> = { 0x04: 10, 0x09: 4, 0x0a: 4, 0x0b: 4 }

interface Row {
  readonly ip: string
  readonly port: number
  readonly mask?: string
  readonly timeToLive?: number
  readonly remaining?: number
}

const present = <A>(value: A | undefined): readonly A[] => (value === undefined ? [] : [value])

const hexNumber = (digits: number, value: number): string => `0x${value.toString(16).padStart(digits, '0')}`

/** What the dissector should show of a message that it knows: of all but Secure-BVLL. */
export const datagramReadingOf = (decoded: DecodedDatagram): Reading => {
  const entries = (decoded['entries'] ?? []) as readonly Row[]
  const [bdt, fdt] = decoded.function === 0x07 ? [[], entries] : [entries, []]
  const deleted = present(decoded['address'] as Row | undefined)
  const originating = present(decoded['originatingAddress'] as Row | undefined)
  return readingWith([
    ['function', [hexNumber(2, decoded.function)]],
    ['type', ['0x81']],
    ['length', [String(HEADER_LENGTHS[decoded.function] ?? decoded.length)]],
    ['result', present(decoded['resultCode'] as number | undefined).map(code => hexNumber(4, code))],
    ['bdt_ip', bdt.map(({ ip }) => ip)],
    ['bdt_port', bdt.map(({ port }) => String(port))],
    ['bdt_mask', bdt.map(({ mask = '' }) => Buffer.from(mask.split('.').map(Number)).toString('hex'))],
    ['reg_ttl', decoded.function === 0x05 ? [String(decoded['timeToLive'])] : []],
    ['fdt_ip', [...fdt, ...deleted].map(({ ip }) => ip)],
    ['fdt_port', [...fdt, ...deleted].map(({ port }) => String(port))],
    ['fdt_ttl', fdt.map(({ timeToLive }) => String(timeToLive))],
    ['fdt_timeout', fdt.map(({ remaining }) => String(remaining))],
    ['fwd_ip', originating.map(({ ip }) => ip)],
    ['fwd_port', originating.map(({ port }) => String(port))],
  ])
}
