import { readFileSync } from 'node:fs'
import type { DatagramFault } from '../../src/wire/datagram-error.js'
import { fromHex } from './vectors.js'

/*
 * The vectors of BACnet/IP and of BACnet/IPv6, which come in one format, read without the help of the code under test.
 */

/** A message as the vectors spell it out. */
export interface DecodedDatagram {
  readonly function: number
  readonly functionName: string
  readonly length: number
  /** Field by field. */
  readonly [field: string]: unknown
}

/** Octets that are right, and what they mean. */
export interface ValidDatagram {
  readonly name: string
  readonly octets: Uint8Array
  readonly decoded: DecodedDatagram
}

/** Octets that are wrong, and the code with which they are refused when they came by unicast. */
export interface MalformedDatagram {
  readonly name: string
  readonly octets: Uint8Array
  readonly fault: DatagramFault
  readonly detail: string
  readonly nak: number | undefined
}

/** A vector that says what comes of its datagram. */
export interface Behaving<B> {
  readonly name: string
  readonly octets: Uint8Array
  readonly behaviour: B
}

/** All vectors of a file; one that says what comes of its datagram is among the valid ones, too. */
export interface VectorFile<B> {
  readonly valid: readonly ValidDatagram[]
  readonly malformed: readonly MalformedDatagram[]
  readonly behaving: readonly Behaving<B>[]
}

interface RawVector<B> {
  readonly name: string
  readonly hex?: string
  readonly hexPrefix?: string
  readonly repeat?: { readonly npduHex: string; readonly padByte: string; readonly npduLength: number }
  readonly decoded?: DecodedDatagram & { readonly note?: string; readonly npduLength?: number }
  readonly error?: { readonly code: DatagramFault; readonly detail: string; readonly action: string }
  readonly behaviour?: B
}

const npduHexOf = ({ npduHex, padByte, npduLength }: NonNullable<RawVector<unknown>['repeat']>): string =>
  npduHex + padByte.repeat(npduLength - npduHex.length / 2)

const octetsOf = ({ name, hex, hexPrefix, repeat }: RawVector<unknown>): Uint8Array => {
  if (hex !== undefined) return fromHex(hex)
  if (hexPrefix === undefined || repeat === undefined) throw new Error(`${name} has no octets`)
  return fromHex(hexPrefix + npduHexOf(repeat))
}

/** What is said of a message, without what is said about it. */
const decodedOf = ({ decoded, repeat }: RawVector<unknown>): readonly DecodedDatagram[] => {
  if (decoded === undefined) return []
  const fields = Object.entries(decoded).filter(([field]) => field !== 'note' && field !== 'npduLength')
  return [{ ...(Object.fromEntries(fields) as unknown as DecodedDatagram), ...(repeat && { npdu: npduHexOf(repeat) }) }]
}

const nakIn = (action: string): number | undefined => {
  const code = /NAK 0x([0-9a-f]{4})/iu.exec(action)?.[1]
  return code === undefined ? undefined : Number.parseInt(code, 16)
}

/** Reads a file of vectors. */
export const vectorFile = <B>(file: string): VectorFile<B> => {
  const text = readFileSync(new URL(`../vectors/${file}`, import.meta.url), 'utf8')
  const vectors = (JSON.parse(text) as readonly RawVector<B>[]).map(raw => ({
    raw,
    named: { name: raw.name, octets: octetsOf(raw) },
  }))
  return {
    valid: vectors.flatMap(({ raw, named }) => decodedOf(raw).map(decoded => ({ ...named, decoded }))),
    malformed: vectors.flatMap(({ raw: { error }, named }) =>
      error === undefined ? [] : [{ ...named, fault: error.code, detail: error.detail, nak: nakIn(error.action) }],
    ),
    behaving: vectors.flatMap(({ raw: { behaviour }, named }) =>
      behaviour === undefined ? [] : [{ ...named, behaviour }],
    ),
  }
}

/** A field that this kind of vector must have. */
export const needed = <A>(field: A | undefined): A => {
  if (field === undefined) throw new Error('a field of a behaviour context is missing')
  return field
}
