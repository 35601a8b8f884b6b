import { readFileSync } from 'node:fs'
import { fromHex } from './vectors.js'

/*
 * The vectors of the network layer, read without the help of the code under test.
 */

/** An address as the vectors spell it out. */
export interface SpelledAddress {
  readonly network: number
  readonly mac: string
}

/** An NPDU as the vectors spell it out. */
export interface SpelledNpdu {
  readonly version: number
  readonly control: number
  readonly expectingReply: boolean
  readonly priority: string
  readonly destination?: SpelledAddress
  readonly source?: SpelledAddress
  readonly hopCount?: number
  readonly apdu?: string
  readonly messageType?: number
  readonly messageName?: string
  /** The fields of a network layer message. */
  readonly [field: string]: unknown
}

/** What a router does with an NPDU. */
export interface RoutingVector {
  readonly table: {
    readonly ports: readonly {
      readonly id: number
      readonly type: 'bip' | 'bip6' | 'sc'
      readonly network: number
      readonly mac: string
    }[]
    readonly routes: readonly { readonly network: number; readonly port: number; readonly nextHop: string }[]
  }
  readonly rx: { readonly port: number; readonly sourceMac: string; readonly broadcast: boolean }
  readonly send: readonly { readonly port: number; readonly to: string; readonly hex: string }[]
  readonly deliverUp?: boolean
  readonly learns?: { readonly network: number; readonly port: number; readonly nextHop: string }
  readonly queued?: boolean
  readonly after?: string
}

interface RawVector {
  readonly name: string
  readonly hex: string
  readonly decoded?: SpelledNpdu
  readonly error?: { readonly code: string; readonly detail: string; readonly action: string }
  readonly routing?: RoutingVector
}

const raw = JSON.parse(readFileSync(new URL('../vectors/npdu.json', import.meta.url), 'utf8')) as readonly RawVector[]

const octetsOf = ({ name, hex }: RawVector): { readonly name: string; readonly octets: Uint8Array } => ({
  name,
  octets: fromHex(hex),
})

const withoutApdu = (decoded: SpelledNpdu): SpelledNpdu =>
  Object.fromEntries(Object.entries(decoded).filter(([field]) => field !== 'apduDecoded')) as unknown as SpelledNpdu

/** NPDUs that are right, and what they mean; the APDU is left in octets. */
export const validNpdus = raw.flatMap(vector =>
  vector.decoded === undefined ? [] : [{ ...octetsOf(vector), decoded: withoutApdu(vector.decoded) }],
)

/** NPDUs that are wrong. */
export const malformedNpdus = raw.flatMap(vector =>
  vector.error === undefined ? [] : [{ ...octetsOf(vector), ...vector.error }],
)

/** NPDUs that come to a router, and what it does with them. */
export const routingVectors = raw.flatMap(vector =>
  vector.routing === undefined ? [] : [{ ...octetsOf(vector), routing: vector.routing }],
)
