import { readFileSync } from 'node:fs'
import { fromHex } from './vectors.js'

/*
 * The APDUs in the vectors of the network layer, read without the help of the code under test.
 */

/** An APDU as the vectors spell it out, with what is beyond its fixed part. */
export interface SpelledApdu {
  readonly pduType: string
  readonly service?: string
  readonly [field: string]: unknown
}

interface RawVector {
  readonly name: string
  readonly decoded?: { readonly apdu?: string; readonly apduDecoded?: SpelledApdu }
}

const raw = JSON.parse(readFileSync(new URL('../vectors/npdu.json', import.meta.url), 'utf8')) as readonly RawVector[]

/** APDUs that are right, and what they mean. */
export const spelledApdus = raw.flatMap(({ name, decoded }) =>
  decoded?.apdu === undefined || decoded.apduDecoded === undefined
    ? []
    : [{ name, octets: fromHex(decoded.apdu), spelled: decoded.apduDecoded }],
)

/** All APDUs of the vectors. */
export const allApdus = raw.flatMap(({ name, decoded }) =>
  decoded?.apdu === undefined ? [] : [{ name, octets: fromHex(decoded.apdu) }],
)
