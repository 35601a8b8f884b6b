import type { ApplicationPdu } from '../../src/wire/apdu.js'
import type { IAm } from '../../src/wire/i-am.js'
import { bip } from './bvll-vectors.js'
import type { SpelledAddress, SpelledNpdu } from './npdu-vectors.js'
import { askTshark, hexNumber, present, readingWith, verdictOf, type Reading, type Verdict } from './tshark-ask.js'
import { ALL_PORTS_ARE_BVLC } from './tshark-bvll.js'
import { DLT_RAW, packetOf } from './udp-packet.js'

/*
 * Wireshark's dissectors as a judge of NPDUs and APDUs that knows nothing of our code. Each comes in an Original-Unicast-NPDU.
 */

const NPDU_FIELDS = [
  ...['version', 'control', 'dnet', 'dlen', 'dadr_eth', 'dadr_mstp', 'dadr_tmp'],
  ...['snet', 'slen', 'sadr_eth', 'sadr_mstp', 'sadr_tmp', 'hopc', 'mesgtyp', 'vendor', 'perf', 'rejectreason'],
  ...['rportnum', 'portid', 'pinfolen', 'pinfo', 'term_time_value', 'netno_status'],
].map(name => `bacnet.${name}`)

const APDU_FIELDS = [
  ...['type', 'segmented_request', 'more_segments', 'SA', 'response_segments', 'max_adpu_size', 'invoke_id'],
  ...['sequence_number', 'window_size', 'confirmed_service', 'unconfirmed_service', 'NAK', 'SRV'],
  ...['error_class', 'error_code', 'reject_reason', 'abort_reason', 'who_is.low_limit', 'who_is.high_limit'],
  ...['objectType', 'instance_number', 'vendor_identifier'],
].map(name => `bacapp.${name}`)

/** What the dissector says in words only. */
const WORDS = 'text'

/** What tshark says about one NPDU; `reading` is of its network layer. */
export interface NpduVerdict extends Verdict {
  readonly apdu: Reading
  readonly words: readonly string[]
}

/** Asks tshark about all NPDUs at once. Rejects when tshark fails or takes longer than 30 seconds. */
export const judgeNpdus = async (npdus: readonly Uint8Array[]): Promise<readonly NpduVerdict[]> => {
  const shown = await askTshark({
    packets: npdus.map(npdu =>
      packetOf({ from: bip('10.0.0.1:47808'), to: bip('10.0.0.2:49152'), octets: asDatagram(npdu) }),
    ),
    linkType: DLT_RAW,
    options: [...ALL_PORTS_ARE_BVLC],
    fields: [...NPDU_FIELDS, ...APDU_FIELDS, WORDS],
  })
  return shown.map(each => {
    const apduAt = NPDU_FIELDS.length
    const wordsAt = apduAt + APDU_FIELDS.length
    const apdu = each.fields.slice(apduAt, wordsAt)
    return {
      ...verdictOf(each, NPDU_FIELDS, protocolProblems(each.protocols, each.fields)),
      apdu: readingWith(APDU_FIELDS.map((name, index) => [name, apdu[index] ?? []] as const)),
      words: each.fields[wordsAt] ?? [],
    }
  })
}

const asDatagram = (npdu: Uint8Array): Uint8Array => {
  const length = 4 + npdu.length
  return Uint8Array.of(0x81, 0x0a, length >> 8, length & 0xff, ...npdu)
}

/** Octets that the dissector makes nothing of are right in messages of vendors and of reserved types only. */
const protocolProblems = (protocols: string, fields: readonly (readonly string[])[]): readonly string[] => {
  const [, , , bvlc, bacnet, next] = protocols.split(':')
  if (bvlc !== 'bvlc' || bacnet !== 'bacnet') return [`no NPDU but '${protocols}'`]
  const type = Number(fields[NPDU_FIELDS.indexOf('bacnet.mesgtyp')]?.[0] ?? 0)
  return next === 'data' && type < 0x14 ? ['octets after the end of the message'] : []
}

/** How tshark shows octets, when there are none. */
const NO_OCTETS = '<MISSING>'

/** How it shows a MAC address: by its length it takes it for one of Ethernet, of MS/TP, or of an unknown kind. */
const macFields = (which: 'd' | 's', { mac }: SpelledAddress): readonly (readonly [string, readonly string[]])[] => {
  const octets = mac.match(/../gu) ?? []
  if (octets.length === 6) return [[`bacnet.${which}adr_eth`, [octets.join(':')]]]
  if (octets.length === 1) return [[`bacnet.${which}adr_mstp`, [String(Number.parseInt(mac, 16))]]]
  return mac === '' ? [] : [[`bacnet.${which}adr_tmp`, [mac]]]
}

interface Row {
  readonly network: number
  readonly portId: number
  readonly portInfo: string
}

/** What the dissector should show of the network layer of an NPDU that is spelled out. */
export const npduReadingOf = (npdu: SpelledNpdu): Reading => {
  const { destination, source, messageType } = npdu
  const rows = (npdu['ports'] ?? []) as readonly Row[]
  const networks = [
    ...present((npdu['network'] ?? undefined) as number | undefined),
    ...((npdu['networks'] ?? []) as readonly number[]),
    ...rows.map(({ network }) => network),
  ]
  const numbers = (field: string): readonly string[] => present(npdu[field] as number | undefined).map(String)
  const length = ({ mac }: SpelledAddress): string => String(mac.length / 2)
  return readingWith([
    ['bacnet.version', ['1']],
    ['bacnet.control', [hexNumber(2, npdu.control)]],
    ['bacnet.dnet', [...present(destination?.network), ...networks].map(String)],
    ['bacnet.dlen', present(destination).map(length)],
    ...present(destination).flatMap(address => macFields('d', address)),
    ['bacnet.snet', present(source?.network).map(String)],
    ['bacnet.slen', present(source).map(length)],
    ...present(source).flatMap(address => macFields('s', address)),
    ['bacnet.hopc', numbers('hopCount')],
    ['bacnet.mesgtyp', present(messageType).map(type => hexNumber(2, type))],
    ['bacnet.vendor', numbers('vendorId')],
    ['bacnet.perf', numbers('performanceIndex')],
    ['bacnet.rejectreason', numbers('reason')],
    ['bacnet.rportnum', npdu['ports'] === undefined ? [] : [String(rows.length)]],
    ['bacnet.portid', rows.map(({ portId }) => hexNumber(2, portId))],
    ['bacnet.pinfolen', rows.map(({ portInfo }) => String(portInfo.length / 2))],
    ['bacnet.pinfo', rows.map(({ portInfo }) => (portInfo === '' ? NO_OCTETS : portInfo))],
    ['bacnet.term_time_value', numbers('terminationTime')],
    ['bacnet.netno_status', present(npdu['configured'] as boolean | undefined).map(flag)],
  ])
}

const flag = (value: boolean): string => (value ? '1' : '0')

const SEGMENTS = ['unspecified', 2, 4, 8, 16, 32, 64, 'more than 64']
const LENGTHS = [50, 128, 206, 480, 1024, 1476]

/** What the dissector should show of what all APDUs of a type have in common. */
export const apduReadingOf = (pdu: ApplicationPdu): Reading => {
  const of = <Type extends ApplicationPdu['_tag']>(
    ...types: readonly Type[]
  ): readonly Extract<ApplicationPdu, { readonly _tag: Type }>[] =>
    (types as readonly string[]).includes(pdu._tag) ? [pdu as Extract<ApplicationPdu, { readonly _tag: Type }>] : []
  const requests = of('Confirmed-Request')
  const inSegments = of('Confirmed-Request', 'Complex-ACK')
  const segments = inSegments.flatMap(({ segment }) => present(segment))
  const acks = of('Segment-ACK')
  return readingWith([
    ['bacapp.type', [String(TYPES.indexOf(pdu._tag))]],
    ['bacapp.segmented_request', inSegments.map(({ segment }) => flag(segment !== undefined))],
    ['bacapp.more_segments', inSegments.map(({ segment }) => flag(segment?.moreFollow === true))],
    ['bacapp.SA', requests.map(({ segmentedResponseAccepted }) => flag(segmentedResponseAccepted))],
    ['bacapp.response_segments', requests.map(({ maxSegments }) => String(SEGMENTS.indexOf(maxSegments)))],
    ['bacapp.max_adpu_size', requests.map(({ maxApduLength }) => String(LENGTHS.indexOf(maxApduLength)))],
    ['bacapp.invoke_id', 'invokeId' in pdu ? [String(pdu.invokeId)] : []],
    ['bacapp.sequence_number', [...segments, ...acks].map(({ sequenceNumber }) => String(sequenceNumber))],
    [
      'bacapp.window_size',
      [
        ...segments.map(({ proposedWindowSize }) => String(proposedWindowSize)),
        ...acks.map(({ actualWindowSize }) => String(actualWindowSize)),
      ],
    ],
    [
      'bacapp.confirmed_service',
      of('Confirmed-Request', 'Simple-ACK', 'Complex-ACK', 'Error').map(({ service }) => String(service)),
    ],
    ['bacapp.unconfirmed_service', of('Unconfirmed-Request').map(({ service }) => String(service))],
    ['bacapp.NAK', acks.map(({ isNegative }) => flag(isNegative))],
    ['bacapp.SRV', of('Segment-ACK', 'Abort').map(({ isFromServer }) => flag(isFromServer))],
    ['bacapp.reject_reason', of('Reject').map(({ reason }) => String(reason))],
    ['bacapp.abort_reason', of('Abort').map(({ reason }) => String(reason))],
  ])
}

const TYPES: readonly ApplicationPdu['_tag'][] = [
  ...(['Confirmed-Request', 'Unconfirmed-Request', 'Simple-ACK', 'Complex-ACK'] as const),
  ...(['Segment-ACK', 'Error', 'Reject', 'Abort'] as const),
]

const SEGMENTATIONS = ['segmented-both', 'segmented-transmit', 'segmented-receive', 'no-segmentation']

/** What the dissector should show of an I-Am, in fields and in words. */
export const iAmReadingOf = (iAm: IAm): { readonly apdu: Reading; readonly words: readonly string[] } => ({
  apdu: {
    'bacapp.type': ['1'],
    'bacapp.unconfirmed_service': ['0'],
    'bacapp.objectType': ['8'],
    'bacapp.instance_number': [String(iAm.deviceInstance)],
    'bacapp.vendor_identifier': [String(iAm.vendorId)],
  },
  words: [
    `Maximum ADPU Length Accepted: (Unsigned) ${iAm.maxApduLength}`,
    `Segmentation Supported:  ${iAm.segmentation} (${SEGMENTATIONS.indexOf(iAm.segmentation)})`,
  ],
})
