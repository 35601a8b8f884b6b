import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { vi } from 'vitest'
import type { NamespaceHost } from './namespaces.js'
import { askAboutCapture } from './tshark-ask.js'
import { ALL_PORTS_ARE_BVLC } from './tshark-bvll.js'
import { fromHex } from './vectors.js'

/** A datagram of BACnet/IP or BACnet/IPv6 that was on a network, as tshark reads it. */
export interface Captured {
  /** `10.71.1.5:47808`, or `[fd71:0:0:1::5]:47808`. */
  readonly from: string
  readonly to: string
  /** The function octet, and the dissectors that could read it, down to the network layer: `0x04 bvlc:bacnet`. */
  readonly read: string
  /** What tshark finds wrong; empty when nothing is. */
  readonly problems: string
}

/** A capture that runs. */
export interface LiveCapture {
  /** Waits until something with these octets is in it, ends it, and asks tshark about all that it has. */
  readonly readUpTo: (hex: string) => Promise<readonly Captured[]>
  /** Removes its file. It must have been read, or the lab removed, before. */
  readonly remove: () => Promise<void>
}

const PATIENCE_MS = 10_000

/** Without fragments: what crosses a router would be put together from those of both subnets. */
const WHOLE_DATAGRAMS = { ip: 'udp and ip[6:2] & 0x3fff = 0', ip6: 'ip6[6] = 17' }

/** Captures all UDP datagrams that are no fragments on some interfaces of a host, from when it resolves. */
export const liveCapture = async (
  host: NamespaceHost,
  interfaces: readonly string[],
  version: 'ip' | 'ip6' = 'ip',
): Promise<LiveCapture> => {
  const { file, endAfter, remove } = await captureFile(host, interfaces, WHOLE_DATAGRAMS[version])
  return {
    readUpTo: async hex => {
      await endAfter(hex)
      return (await askAboutCapture(file, ALL_PORTS_ARE_BVLC, FIELDS[version])).map(captured)
    },
    remove,
  }
}

/** A file that packets are written to. */
export interface CaptureFile {
  readonly file: string
  /** Waits until something with these octets is in it, and ends it. */
  readonly endAfter: (hex: string) => Promise<void>
  /** Removes it. It must have ended, or the lab been removed, before. */
  readonly remove: () => Promise<void>
}

/** Writes all packets that pass a filter on some interfaces of a host to a file, from when it resolves. */
export const captureFile = async (
  host: NamespaceHost,
  interfaces: readonly string[],
  filter: string,
): Promise<CaptureFile> => {
  const folder = await mkdtemp(join(tmpdir(), 'rx-bacnet-capture-'))
  const file = join(folder, 'live.pcapng')
  const child = host.start('dumpcap', '-q', '-f', filter, '-w', file, ...interfaces.flatMap(name => ['-i', name]))
  let said = ''
  child.stderr.on('data', (octets: Buffer) => (said += octets.toString()))
  const ended = once(child, 'close')
  // It names its file when all interfaces are open.
  await vi.waitFor(
    () => {
      if (!said.includes('File: ')) throw new Error(`dumpcap does not begin: ${said}`)
    },
    { timeout: PATIENCE_MS, interval: 10 },
  )

  return {
    file,
    endAfter: async hex => {
      const octets = Buffer.from(fromHex(hex))
      await vi.waitFor(
        async () => {
          if (!(await readFile(file)).includes(octets)) throw new Error(`${hex} was not captured`)
        },
        { timeout: PATIENCE_MS, interval: 50 },
      )
      child.kill('SIGINT')
      await ended
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

const FIELDS = {
  ip: ['ip.src', 'udp.srcport', 'ip.dst', 'udp.dstport', 'bvlc.function'],
  ip6: ['ipv6.src', 'udp.srcport', 'ipv6.dst', 'udp.dstport', 'bvlc.function_ipv6'],
}

type Shown = Awaited<ReturnType<typeof askAboutCapture>>[number]

const captured = ({ protocols, complaints, fields }: Shown): Captured => {
  const [source = '', sourcePort = '', to = '', toPort = '', code = ''] = fields.map(([value]) => value)
  // Ethernet, its type, IP and UDP come first, the application layer last.
  const [, , , , ...readers] = protocols.replace(/:bacapp$/, '').split(':')
  return {
    from: `${hostText(source)}:${sourcePort}`,
    to: `${hostText(to)}:${toPort}`,
    read: `${code} ${readers.join(':')}`,
    problems: complaints.join('; '),
  }
}

const hostText = (host: string): string => (host.includes(':') ? `[${host}]` : host)
