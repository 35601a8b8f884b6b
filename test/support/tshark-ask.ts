import { execFile, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/*
 * Asking tshark about packets that were never on a network.
 */

/** Whether tshark can be asked here. */
export const tsharkIsHere: boolean = spawnSync('tshark', ['--version'], { timeout: 20_000 }).status === 0

/** What a dissector shows of a message, by its field names; a field may occur more than once. */
export type Reading = Readonly<Record<string, readonly string[]>>

/** What tshark says about one message. */
export interface Verdict {
  /** It is no such message, ends too early or too late, or something in it is encoded wrongly. */
  readonly malformed: boolean
  /** The function octet; `undefined` when there is none to read. */
  readonly function: number | undefined
  /** What is wrong, for people; empty when nothing is. */
  readonly problems: string
  readonly reading: Reading
}

/** Packets of one kind, and how they are to be read. */
export interface Question {
  readonly packets: readonly Uint8Array[]
  /** The link type of the capture file, which says what a packet begins with. */
  readonly linkType: number
  /** Options that name the dissector. */
  readonly options: readonly string[]
  /** The fields that are asked for. */
  readonly fields: readonly string[]
}

/** What tshark shows of one packet. */
export interface Shown {
  /** The dissectors that took part, with colons between them. */
  readonly protocols: string
  /** What they complain of. */
  readonly complaints: readonly string[]
  /** The occurrences of each field that was asked for. */
  readonly fields: readonly (readonly string[])[]
}

const ALWAYS = ['frame.protocols', '_ws.expert.severity', '_ws.expert.message']

/** Between the occurrences of a field: none of those we ask for has it in its values. */
const AGGREGATOR = '|'

/** Expert items below "warning" tell of conversations (retransmitted, a new session); from there on, of encodings. */
const WARNING = 0x600000

/** Asks about all packets at once. Rejects when tshark fails or takes longer than 30 seconds. */
export const askTshark = async ({ packets, linkType, options, fields }: Question): Promise<readonly Shown[]> => {
  const folder = await mkdtemp(join(tmpdir(), 'rx-bacnet-tshark-'))
  try {
    const file = join(folder, 'packets.pcap')
    await writeFile(file, pcap(packets, linkType))
    const found = await askAboutCapture(file, options, fields)
    if (found.length !== packets.length) throw new Error(`tshark shows ${found.length} of ${packets.length} packets`)
    return found
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Asks about all packets of a capture file. Rejects when tshark fails or takes longer than 30 seconds. */
export const askAboutCapture = async (
  file: string,
  options: readonly string[],
  fields: readonly string[],
): Promise<readonly Shown[]> => {
  const home = await mkdtemp(join(tmpdir(), 'rx-bacnet-tshark-home-'))
  try {
    const { stdout } = await promisify(execFile)(
      'tshark',
      [
        ...['-n', '-r', file, ...options, '-T', 'fields', '-E', `aggregator=${AGGREGATOR}`],
        ...[...ALWAYS, ...fields].flatMap(field => ['-e', field]),
      ],
      // A home of its own, where no profile of the person who runs the tests can switch dissectors off.
      { timeout: 30_000, maxBuffer: 2 ** 28, env: { ...process.env, HOME: home, XDG_CONFIG_HOME: home } },
    )
    return stdout.split('\n').slice(0, -1).map(shown)
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}

/** A capture file (classic pcap, little-endian). */
const pcap = (packets: readonly Uint8Array[], linkType: number): Uint8Array => {
  const header = Buffer.alloc(24)
  header.writeUInt32LE(0xa1b2c3d4, 0)
  header.writeUInt16LE(2, 4)
  header.writeUInt16LE(4, 6)
  header.writeUInt32LE(0x40000, 16)
  header.writeUInt32LE(linkType, 20)
  const records = packets.flatMap((packet, index) => {
    const record = Buffer.alloc(16)
    record.writeUInt32LE(index, 0)
    record.writeUInt32LE(packet.length, 8)
    record.writeUInt32LE(packet.length, 12)
    return [record, packet]
  })
  return Buffer.concat([header, ...records])
}

const shown = (line: string): Shown => {
  const columns = line.split('\t').map(column => (column === '' ? [] : column.split(AGGREGATOR)))
  const [protocols = [], severities = [], messages = [], ...fields] = columns
  return {
    protocols: protocols[0] ?? '',
    complaints: messages.filter((_, index) => Number(severities[index]) >= WARNING),
    fields,
  }
}

/** The verdict on a packet of which `names` were asked for, the function first. */
export const verdictOf = (
  { complaints, fields }: Shown,
  names: readonly string[],
  otherProblems: readonly string[],
): Verdict => {
  const problems = [...otherProblems, ...complaints]
  const octet = fields[0]?.[0]
  return {
    malformed: problems.length > 0,
    function: octet === undefined ? undefined : Number(octet),
    problems: problems.join('; '),
    reading: readingWith(names.map((name, index) => [name, fields[index] ?? []] as const)),
  }
}

/** A reading of the fields that occur. */
export const readingWith = (fields: readonly (readonly [name: string, values: readonly string[]])[]): Reading =>
  Object.fromEntries(fields.filter(([, values]) => values.length > 0))

/** The value, if there is one. */
export const present = <A>(value: A | undefined): readonly A[] => (value === undefined ? [] : [value])

/** A number as dissectors show it in hex. */
export const hexNumber = (digits: number, value: number): string => `0x${value.toString(16).padStart(digits, '0')}`
