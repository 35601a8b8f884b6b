import { readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { Subprotocol } from '../../src/sc/connection/socket.js'
import type { Path } from '../../src/wire/bvlc-sc-decode.js'
import { bip } from './bvll-vectors.js'
import type { OnTheWire } from './tshark-bvll.js'
import { fromHex } from './vectors.js'

/** One BVLC-SC message between programs that are not ours. */
export interface CapturedFrame {
  /** Seconds since the capture began. */
  readonly at: number
  /** `node` is the initiating peer and `hub` the accepting one, over direct connections too. */
  readonly from: 'node' | 'hub'
  readonly connection: string
  readonly subprotocol: Subprotocol
  readonly octets: Uint8Array
}

/** Recorded BACnet/SC traffic, in order. */
export interface ScCapture {
  readonly name: string
  readonly what: string
  readonly frames: readonly CapturedFrame[]
}

/** One BACnet/IP datagram between programs that are not ours. */
export interface CapturedDatagram extends OnTheWire {
  /** Seconds since the capture began. */
  readonly at: number
}

/** Recorded BACnet/IP traffic, in order. */
export interface IpCapture {
  readonly name: string
  readonly what: string
  readonly datagrams: readonly CapturedDatagram[]
}

interface Recording {
  readonly what: string
  readonly frames: readonly (Omit<CapturedFrame, 'at' | 'octets'> & { readonly t: number; readonly hex: string })[]
}

interface IpRecording {
  readonly what: string
  readonly datagrams: readonly {
    readonly t: number
    readonly from: string
    readonly to: string
    readonly hex: string
  }[]
}

const folder = new URL('../captures/', import.meta.url)

const recording = (file: string): unknown => JSON.parse(readFileSync(new URL(file, folder), 'utf8'))

const read = (file: string): ScCapture => {
  const { what, frames } = recording(file) as Recording
  return {
    name: basename(file, '.json'),
    what,
    frames: frames.map(({ t, from, connection, subprotocol, hex }) => ({
      at: t,
      from,
      connection,
      subprotocol,
      octets: fromHex(hex),
    })),
  }
}

const readIp = (file: string): IpCapture => {
  const { what, datagrams } = recording(file) as IpRecording
  return {
    name: basename(file, '.json'),
    what,
    datagrams: datagrams.map(({ t, from, to, hex }) => ({ at: t, from: bip(from), to: bip(to), octets: fromHex(hex) })),
  }
}

const filesLike = (name: RegExp): readonly string[] =>
  readdirSync(folder)
    .filter(file => name.test(file))
    .sort()

/** All recordings of BACnet/SC traffic. */
export const scCaptures: readonly ScCapture[] = filesLike(/^sc-.*\.json$/u).map(read)

/** All recordings of BACnet/IP traffic. */
export const ipCaptures: readonly IpCapture[] = filesLike(/^ip-.*\.json$/u).map(readIp)

/** The way on which the receiver of a frame got it. */
export const pathOf = ({ from, subprotocol }: CapturedFrame): Path => {
  if (subprotocol === Subprotocol.DIRECT) return 'direct'
  return from === 'node' ? 'to-hub' : 'from-hub'
}
