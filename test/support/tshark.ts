import { askTshark, hexNumber, readingWith, verdictOf, type Reading, type Verdict } from './tshark-ask.js'
import type { Decoded } from './vectors.js'

/*
 * Wireshark's dissectors as a judge of BVLC-SC octets that knows nothing of our code.
 */

const BSCVLC_FIELDS = [
  'function',
  'control',
  'msgid',
  'orig_virtual_address',
  'dest_virtual_address',
  'header',
  'header_length',
  'header_data',
  'result',
  'header_error_marker',
  'error_class',
  'error_code',
  'result_data',
  'uris',
  'hub_conn_state',
  'accept_conns',
  'connect_virtual_address',
  'connect_uuid',
  'max_bvlc_length',
  'max_npdu_length',
  'vendor_id',
  'proprietary_type',
  'proprietary_data',
] as const

/** How tshark shows octets, when there are none. */
const NO_OCTETS = '<MISSING>'

/** DLT 147 is for private use: here it means that each packet is one BVLC-SC message. */
const DLT_USER0 = 147
const USER0_IS_BSCVLC = 'uat:user_dlts:"User 0 (DLT=147)","bscvlc","0","","0",""'

/** Asks tshark about all frames at once. Rejects when tshark fails or takes longer than 30 seconds. */
export const judge = async (frames: readonly Uint8Array[]): Promise<readonly Verdict[]> => {
  const shown = await askTshark({
    packets: frames,
    linkType: DLT_USER0,
    options: ['-o', USER0_IS_BSCVLC],
    fields: BSCVLC_FIELDS.map(field => `bscvlc.${field}`),
  })
  return shown.map(each => verdictOf(each, BSCVLC_FIELDS, protocolProblems(each.protocols)))
}

const protocolProblems = (protocols: string): readonly string[] => {
  const [, first, second] = protocols.split(':')
  if (first !== 'bscvlc') return [`not a BVLC-SC message but '${protocols}'`]
  return second === 'data' ? ['octets after the end of the message'] : []
}

/** What the dissector should show of a message. NPDUs are the business of other dissectors. */
export const readingOf = ({ payload, ...message }: Decoded): Reading => {
  const options = [...message.destinationOptions, ...message.dataOptions]
  const said = Object.entries(payload ?? {}).flatMap(([key, value]) => {
    const entry = shownAs[key]
    return entry === undefined ? [] : [[entry[0], [entry[1](value as never)]] as const]
  })
  const resultFor = payload?.['resultForFunction']
  const reading: Reading = {
    function: [message.function, ...(resultFor === undefined ? [] : [resultFor as number])].map(octet),
    control: [`0x${message.controlFlags}`],
    msgid: [String(message.messageId)],
    orig_virtual_address: message.originatingVmac === null ? [] : [message.originatingVmac],
    dest_virtual_address: message.destinationVmac === null ? [] : [message.destinationVmac],
    header: options.map(({ marker }) => `0x${marker}`),
    header_length: options.flatMap(({ headerLength }) => (headerLength === undefined ? [] : [String(headerLength)])),
    header_data: options.flatMap(({ headerData }) => (headerData === undefined ? [] : [octets(headerData)])),
    ...Object.fromEntries(said),
  }
  return readingWith(Object.entries(reading))
}

const octet = (value: number): string => hexNumber(2, value)
const octets = (hex: string): string => (hex === '' ? NO_OCTETS : hex)
const text = (value: string): string => octets(Buffer.from(value, 'utf8').toString('hex'))

/** Under which name and how the dissector shows each part of a payload. */
const shownAs: Readonly<
  Record<string, readonly [field: (typeof BSCVLC_FIELDS)[number], show: (value: never) => string]>
> = {
  resultCode: ['result', octet],
  errorHeaderMarker: ['header_error_marker', (marker: string) => `0x${marker}`],
  errorClass: ['error_class', String],
  errorCode: ['error_code', String],
  errorDetails: ['result_data', text],
  uris: ['uris', (uris: readonly string[]) => text(uris.join(' '))],
  hubConnectionStatus: ['hub_conn_state', octet],
  acceptDirectConnections: ['accept_conns', octet],
  vmac: ['connect_virtual_address', octets],
  deviceUuid: ['connect_uuid', octets],
  maxBvlcLength: ['max_bvlc_length', String],
  maxNpduLength: ['max_npdu_length', String],
  vendorId: ['vendor_id', (value: number) => hexNumber(4, value)],
  proprietaryFunction: ['proprietary_type', octet],
  data: ['proprietary_data', octets],
}
