import type { DecodedDatagram } from './datagram-vectors.js'
import { askTshark, hexNumber, present, readingWith, verdictOf, type Reading, type Verdict } from './tshark-ask.js'
import { BVLC6_FIELDS, withAddressesInHex } from './tshark-bvll6.js'
import { DLT_RAW, isOverIpv6, packetOf, type OnTheWire } from './udp-packet.js'

/*
 * Wireshark's dissectors as a judge of BACnet/IP and BACnet/IPv6 datagrams that knows nothing of our code.
 */

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

/** Each once, or tshark shows it once only. */
const ALL_FIELDS = [...new Set<string>([...BVLC_FIELDS, ...BVLC6_FIELDS])]

/** Tests may use any port. */
export const ALL_PORTS_ARE_BVLC = ['-d', 'udp.port==1-65535,bvlc']

/** Asks tshark about all datagrams at once, over IPv4 and IPv6. Rejects when tshark fails or takes longer than 30 seconds. */
export const judgeDatagrams = async (datagrams: readonly OnTheWire[]): Promise<readonly Verdict[]> => {
  const shown = await askTshark({
    packets: datagrams.map(packetOf),
    linkType: DLT_RAW,
    options: ALL_PORTS_ARE_BVLC,
    fields: ALL_FIELDS.map(field => `bvlc.${field}`),
  })
  return datagrams.flatMap((datagram, index) => {
    const each = shown[index]
    if (each === undefined) return []
    const problems = [...protocolProblems(each.protocols), ...addressProblems(datagram), ...headerProblems(datagram)]
    const names = isOverIpv6(datagram) ? BVLC6_FIELDS : BVLC_FIELDS
    const fields = names.map(name => each.fields[ALL_FIELDS.indexOf(name)] ?? [])
    const verdict = verdictOf({ ...each, fields }, names, problems)
    return { ...verdict, reading: withAddressesInHex(verdict.reading) }
  })
}

const protocolProblems = (protocols: string): readonly string[] => {
  const [, , , bvlc, next] = protocols.split(':')
  if (bvlc !== 'bvlc') return [`not a BVLL message but '${protocols}'`]
  return next === undefined || next === 'bacnet' ? [] : [`'${next}' in a BVLL message`]
}

/**
 * What the dissector does not say: it takes messages of BACnet/IP over IPv6 and octets behind the end, and shows the
 * length of the header with an NPDU.
 */
const headerProblems = (datagram: OnTheWire): readonly string[] => {
  const { octets } = datagram
  const type = isOverIpv6(datagram) ? 0x82 : 0x81
  const said = octets.length < 4 ? undefined : Buffer.from(octets).readUInt16BE(2)
  return [
    ...(octets[0] === type ? [] : [`the type ${octets[0]}, which is not that of the network`]),
    ...(said === octets.length ? [] : [`${octets.length} octets with a length of ${said}`]),
  ]
}

const addressProblems = ({ from, to }: OnTheWire): readonly string[] => [
  ...(isNobody(from) || isGroup(from) ? [`from ${from}, which is no station`] : []),
  ...(isNobody(to) ? [`to ${to}, which is nobody`] : []),
]

const isNobody = (address: string): boolean =>
  address.endsWith('0000') || (address.length === 36 ? /^0{32}/u : /^00/u).test(address)

const isGroup = (address: string): boolean => (address.length === 36 ? /^ff/u : /^[ef]/u).test(address)

/** The octets before the NPDU, by function: with an NPDU, the dissector shows these as the length. */
const HEADER_LENGTHS: Readonly<Record<number, number>> = { 0x04: 10, 0x09: 4, 0x0a: 4, 0x0b: 4 }

interface Row {
  readonly ip: string
  readonly port: number
  readonly mask?: string
  readonly timeToLive?: number
  readonly remaining?: number
}

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
