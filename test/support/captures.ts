import { readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { Subprotocol } from '../../src/sc/connection/socket.js'
import type { BipAddress } from '../../src/values/bip-address.js'
import type { Bip6Address } from '../../src/values/bip6-address.js'
import type { Path } from '../../src/wire/bvlc-sc-decode.js'
import { bip } from './bvll-vectors.js'
import { bip6 } from './bvll6-vectors.js'
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

/** One datagram between programs that are not ours: of BACnet/IP, unless it is said otherwise. */
export interface CapturedDatagram<Address = BipAddress> {
  /** Seconds since the capture began. */
  readonly at: number
  readonly from: Address
  readonly to: Address
  readonly octets: Uint8Array
}

/** Recorded BACnet/IP traffic, in order, or that of BACnet/IPv6, or of both. */
export interface IpCapture<Address = BipAddress> {
  readonly name: string
  readonly what: string
  readonly datagrams: readonly CapturedDatagram<Address>[]
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

const readIp =
  <Address>(address: (text: string) => Address) =>
  (file: string): IpCapture<Address> => {
    const { what, datagrams } = recording(file) as IpRecording
    return {
      name: basename(file, '.json'),
      what,
      datagrams: datagrams.map(({ t, from, to, hex }) => ({
        at: t,
        from: address(from),
        to: address(to),
        octets: fromHex(hex),
      })),
    }
  }

const filesLike = (name: RegExp): readonly string[] =>
  readdirSync(folder)
    .filter(file => name.test(file))
    .sort()

/** All recordings of BACnet/SC traffic. */
export const scCaptures: readonly ScCapture[] = filesLike(/^sc-.*\.json$/u).map(read)

/** All recordings of BACnet/IP traffic. */
export const ipCaptures: readonly IpCapture[] = filesLike(/^ip-.*\.json$/u).map(readIp(bip))

/** All recordings of BACnet/IPv6 traffic. */
export const ip6Captures: readonly IpCapture<Bip6Address>[] = filesLike(/^ip6-.*\.json$/u).map(readIp(bip6))

/** All recordings of routers: of what goes over IPv4, and of what goes over IPv6. */
export const routerCaptures: readonly IpCapture<BipAddress | Bip6Address>[] = filesLike(/^router-.*\.json$/u).map(
  readIp(text => (text.startsWith('[') ? bip6(text) : bip(text))),
)

/** The way on which the receiver of a frame got it. */
export const pathOf = ({ from, subprotocol }: CapturedFrame): Path => {
  if (subprotocol === Subprotocol.DIRECT) return 'direct'
  return from === 'node' ? 'to-hub' : 'from-hub'
}
