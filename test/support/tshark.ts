import { execFile, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Decoded } from './vectors.js'

/*
 * Wireshark's dissectors as a judge of BVLC-SC octets that knows nothing of our code.
 */

/** Whether tshark can be asked here. */
export const tsharkIsHere: boolean = spawnSync('tshark', ['--version'], { timeout: 20_000 }).status === 0

/** What the dissector `bscvlc` shows of a message, by its field names; a field may occur more than once. */
export type Reading = Readonly<Record<string, readonly string[]>>

/** What tshark says about one frame. */
export interface Verdict {
  /** It is no BVLC-SC message, ends too early or too late, or something in it is encoded wrongly. */
  readonly malformed: boolean
  /** The function octet; `undefined` when there is none to read. */
  readonly function: number | undefined
  /** What is wrong, for people; empty when nothing is. */
  readonly problems: string
  readonly reading: Reading
}

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

const FIELDS = [
  'frame.protocols',
  '_ws.expert.severity',
  '_ws.expert.message',
  ...BSCVLC_FIELDS.map(field => `bscvlc.${field}`),
]

/** Between the occurrences of a field: none of those we ask for has it in its values. */
const AGGREGATOR = '|'

/** How tshark shows octets, when there are none. */
const NO_OCTETS = '<MISSING>'

/** Expert items below "warning" tell of conversations (retransmitted, a new session); from there on, of encodings. */
const WARNING = 0x600000

/** DLT 147 is for private use: here it means that each packet is one BVLC-SC message. */
const DLT_USER0 = 147
const USER0_IS_BSCVLC = 'uat:user_dlts:"User 0 (DLT=147)","bscvlc","0","","0",""'

/** Asks tshark about all frames at once. Rejects when tshark fails or takes longer than 30 seconds. */
export const judge = async (frames: readonly Uint8Array[]): Promise<readonly Verdict[]> => {
  const folder = await mkdtemp(join(tmpdir(), 'rx-bacnet-tshark-'))
  try {
    const file = join(folder, 'frames.pcap')
    await writeFile(file, pcap(frames))
    const { stdout } = await promisify(execFile)(
      'tshark',
      [
        ...['-n', '-r', file, '-o', USER0_IS_BSCVLC, '-T', 'fields', '-E', `aggregator=${AGGREGATOR}`],
        ...FIELDS.flatMap(field => ['-e', field]),
      ],
      // A home of its own, where no profile of the person who runs the tests can switch dissectors off.
      { timeout: 30_000, maxBuffer: 2 ** 28, env: { ...process.env, HOME: folder, XDG_CONFIG_HOME: folder } },
    )
    const lines = stdout.split('\n').slice(0, -1)
    if (lines.length !== frames.length) throw new Error(`tshark shows ${lines.length} of ${frames.length} frames`)
    return lines.map(verdict)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** A capture file (classic pcap, little-endian), one packet a frame. */
const pcap = (frames: readonly Uint8Array[]): Uint8Array => {
  const header = Buffer.alloc(24)
  header.writeUInt32LE(0xa1b2c3d4, 0)
  header.writeUInt16LE(2, 4)
  header.writeUInt16LE(4, 6)
  header.writeUInt32LE(0x40000, 16)
  header.writeUInt32LE(DLT_USER0, 20)
  const packets = frames.flatMap((frame, index) => {
    const record = Buffer.alloc(16)
    record.writeUInt32LE(index, 0)
    record.writeUInt32LE(frame.length, 8)
    record.writeUInt32LE(frame.length, 12)
    return [record, frame]
  })
  return Buffer.concat([header, ...packets])
}

const verdict = (line: string): Verdict => {
  const columns = line.split('\t').map(column => (column === '' ? [] : column.split(AGGREGATOR)))
  const [protocols = [], severities = [], messages = [], ...fields] = columns
  const shown = BSCVLC_FIELDS.map((field, index) => [field, fields[index] ?? []] as const)
  const problems = [
    ...protocolProblems(protocols[0] ?? ''),
    ...messages.filter((_, index) => Number(severities[index]) >= WARNING),
  ]
  const octet = fields[0]?.[0]
  return {
    malformed: problems.length > 0,
    function: octet === undefined ? undefined : Number(octet),
    problems: problems.join('; '),
    reading: Object.fromEntries(shown.filter(([, values]) => values.length > 0)),
  }
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
  return Object.fromEntries(Object.entries(reading).filter(([, values]) => values.length > 0))
}

const hexNumber =
  (digits: number) =>
  (value: number): string =>
    `0x${value.toString(16).padStart(digits, '0')}`
const octet = hexNumber(2)
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
  vendorId: ['vendor_id', hexNumber(4)],
  proprietaryFunction: ['proprietary_type', octet],
  data: ['proprietary_data', octets],
}
