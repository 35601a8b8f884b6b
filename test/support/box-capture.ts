import type { NamespaceHost } from './namespaces.js'
import { captureFile } from './live-capture.js'
import { askAboutCapture } from './tshark-ask.js'
import { ALL_PORTS_ARE_BVLC } from './tshark-bvll.js'

/** Something of BACnet that was on one of the networks that a box joins, as tshark reads it. */
export interface Sighting {
  /** The interface that it was captured on. */
  readonly on: string
  /** In seconds since 1970. */
  readonly at: number
  /** `192.168.1.50:47808`, or `[fd168:0:0:2::50]:47808`. */
  readonly from: string
  readonly to: string
  /** The dissectors that could read it, from the data link up: `bvlc:bacnet:bacapp`, `websocket:bscvlc:bacnet`. */
  readonly readers: string
  /** The function octet. */
  readonly function: string
  /** The NPDU of a datagram, in hex. */
  readonly npdu: string
  /** What tshark reads of the network layer: `dnet=20 snet=10 hopc=254`. */
  readonly fields: string
  /** What tshark finds wrong, and what it does not say of the header; empty when nothing is. */
  readonly problems: readonly string[]
}

/** A capture of all that a box does. */
export interface BoxCapture {
  /** Waits until something with these octets is in it, ends it, and asks tshark about all that it has. */
  readonly readUpTo: (hex: string) => Promise<readonly Sighting[]>
  readonly remove: () => Promise<void>
}

/** The TCP port of hubs without TLS. */
export const PLAIN_PORT = 4480

/** Without fragments, and without what is encrypted. */
const FILTER = `(udp and ip[6:2] & 0x3fff = 0) or ip6[6] = 17 or tcp port ${PLAIN_PORT}`

const NETWORK_FIELDS = ['dnet', 'dadr_eth', 'dadr_mstp', 'dadr_tmp', 'snet', 'sadr_eth', 'sadr_tmp', 'hopc', 'mesgtyp']

const FIELDS = [
  ...['frame.interface_name', 'frame.time_epoch', 'ip.src', 'ipv6.src', 'udp.srcport', 'ip.dst', 'ipv6.dst'],
  ...['udp.dstport', 'udp.payload', 'bvlc.function', 'bvlc.function_ipv6', 'bscvlc.function'],
  ...NETWORK_FIELDS.map(field => `bacnet.${field}`),
]

/** Captures on some interfaces of a host, from when it resolves. */
export const boxCapture = async (host: NamespaceHost, interfaces: readonly string[]): Promise<BoxCapture> => {
  const { file, endAfter, remove } = await captureFile(host, interfaces, FILTER)
  return {
    readUpTo: async hex => {
      await endAfter(hex)
      const options = [...ALL_PORTS_ARE_BVLC, '-d', `tcp.port==${PLAIN_PORT},http`]
      return (await askAboutCapture(file, options, FIELDS)).map(sighting).filter(({ readers }) => readers !== 'tcp')
    },
    remove,
  }
}

type Shown = Awaited<ReturnType<typeof askAboutCapture>>[number]

const sighting = ({ protocols, complaints, fields }: Shown): Sighting => {
  const [on = [], time = [], ip = [], ip6 = [], port = [], toIp = [], toIp6 = [], toPort = [], payload = []] = fields
  const [bvlc = [], bvlc6 = [], bscvlc = [], ...network] = fields.slice(9)
  const octets = Buffer.from(payload[0] ?? '', 'hex')
  const [, , , transport = '', ...readers] = protocols.split(':')
  return {
    on: on[0] ?? '',
    at: Number(time[0]),
    from: `${ip[0] ?? `[${ip6[0] ?? ''}]`}:${port[0] ?? ''}`,
    to: `${toIp[0] ?? `[${toIp6[0] ?? ''}]`}:${toPort[0] ?? ''}`,
    readers: readers.length === 0 ? transport : readers.join(':'),
    function: [...bvlc, ...bvlc6, ...bscvlc].join(' '),
    npdu: octets.subarray(npduAt(octets)).toString('hex'),
    fields: NETWORK_FIELDS.flatMap((field, index) => (network[index] ?? []).map(value => `${field}=${value}`)).join(
      ' ',
    ),
    problems: [...complaints, ...(transport === 'udp' ? headerProblems(octets, ip.length > 0 ? 0x81 : 0x82) : [])],
  }
}

const headerProblems = (octets: Buffer, type: number): readonly string[] => [
  ...(octets[0] === type ? [] : [`the type ${octets[0]}, which is not that of the network`]),
  ...(octets.length >= 4 && octets.readUInt16BE(2) === octets.length ? [] : ['a wrong length']),
]

/** Where the NPDU begins in a datagram that has one, by type and function. */
const NPDU_AT: ReadonlyMap<number, number> = new Map([
  ...([
    [0x8104, 10],
    [0x8109, 4],
    [0x810a, 4],
    [0x810b, 4],
  ] as const),
  ...([
    [0x8201, 10],
    [0x8202, 7],
    [0x8208, 25],
    [0x820c, 7],
  ] as const),
])

const npduAt = (octets: Buffer): number =>
  (octets.length < 2 ? undefined : NPDU_AT.get(octets.readUInt16BE(0))) ?? octets.length
