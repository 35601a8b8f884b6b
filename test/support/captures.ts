import { readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { Subprotocol } from '../../src/sc/connection/socket.js'
import type { Path } from '../../src/wire/bvlc-sc-decode.js'
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

interface Recording {
  readonly what: string
  readonly frames: readonly (Omit<CapturedFrame, 'at' | 'octets'> & { readonly t: number; readonly hex: string })[]
}

const folder = new URL('../captures/', import.meta.url)

const read = (file: string): ScCapture => {
  const { what, frames } = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Recording
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

/** All recordings of BACnet/SC traffic. */
export const scCaptures: readonly ScCapture[] = readdirSync(folder)
  .filter(file => /^sc-.*\.json$/u.test(file))
  .sort()
  .map(read)

/** The way on which the receiver of a frame got it. */
export const pathOf = ({ from, subprotocol }: CapturedFrame): Path => {
  if (subprotocol === Subprotocol.DIRECT) return 'direct'
  return from === 'node' ? 'to-hub' : 'from-hub'
}
