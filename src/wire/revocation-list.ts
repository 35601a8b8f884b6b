import * as E from 'fp-ts/lib/Either.js'
import { toHex } from '../values/hex.js'
import { derReader, DerTag, within, type DerElement, type DerReader } from './der.js'

/** What a certificate revocation list says (RFC 5280, 5.1). Nothing of it is verified. */
export interface RevocationList {
  /** The octets that the signature is about. */
  readonly signed: Uint8Array
  /** The object identifier of the signature's algorithm: the hex of its octets. */
  readonly algorithm: string
  readonly signature: Uint8Array
  /** Milliseconds since 1970. */
  readonly thisUpdate: number
  /** When the next list is due at the latest; `undefined` where it does not say. */
  readonly nextUpdate: number | undefined
  /** Serial numbers of the revoked certificates, as {@link serialNumber} writes them. */
  readonly serials: ReadonlySet<string>
}

/** The longest list that is read, in octets: more than a hundred thousand certificates. */
export const MAX_REVOCATION_LIST: number = 1 << 23

/** The longest serial number that is read, in octets; the standard's longest has 20. */
const MAX_SERIAL = 64

/** A serial number as it is compared: hex in lower case, without leading zeros. */
export const serialNumber = (hex: string): string => hex.toLowerCase().replace(/^0+(?=.)/, '')

/**
 * Reads a certificate revocation list from DER. `Left` is one sentence about what is wrong with it. Lists that only go
 * with others (delta and indirect ones), and whatever else is critical and not known here, are refused, as RFC 5280
 * wants it. Never throws.
 */
export const decodeRevocationList = (octets: Uint8Array): E.Either<string, RevocationList> => {
  if (octets.length > MAX_REVOCATION_LIST) return E.left(`it is longer than ${MAX_REVOCATION_LIST} octets`)
  const outer = derReader(octets, 0, octets.length)
  const list = outer.take(DerTag.SEQUENCE)
  if (list === undefined || !outer.atEnd()) return NOT_DER
  const parts = within(octets, list)
  const signed = parts.take(DerTag.SEQUENCE)
  const algorithm = parts.take(DerTag.SEQUENCE)
  const signature = parts.take(DerTag.BIT_STRING)
  if (signed === undefined || algorithm === undefined || signature === undefined || !parts.atEnd()) return NOT_DER
  const identifier = within(octets, algorithm).take(DerTag.OBJECT_IDENTIFIER)
  if (identifier === undefined || octets[signature.from] !== 0) return NOT_DER

  const body = within(octets, signed)
  const version = body.take(DerTag.INTEGER)
  if (version !== undefined && contents(octets, version) !== '01') return E.left('its version is not 2')
  const inside = body.take(DerTag.SEQUENCE)
  if (inside === undefined || contents(octets, inside) !== contents(octets, algorithm)) {
    return E.left('it names two algorithms')
  }
  if (body.take(DerTag.SEQUENCE) === undefined) return NOT_DER
  const thisUpdate = takeTime(octets, body)
  if (thisUpdate === undefined) return E.left('it does not say from when it is')
  const nextUpdate = takeTime(octets, body)
  const revoked = body.take(DerTag.SEQUENCE)
  const extensions = body.take(DerTag.CONTEXT_0)
  if (!body.atEnd()) return NOT_DER
  const serials = revoked === undefined ? E.right(new Set<string>()) : readEntries(octets, revoked)
  if (E.isLeft(serials)) return serials
  if (extensions !== undefined) {
    const wrapped = within(octets, extensions)
    const fault = extensionsFault(octets, wrapped.take(DerTag.SEQUENCE))
    if (fault !== undefined || !wrapped.atEnd()) return E.left(fault ?? 'it is not DER')
  }
  return E.right({
    signed: octets.subarray(signed.start, signed.to),
    algorithm: contents(octets, identifier),
    signature: octets.subarray(signature.from + 1, signature.to),
    thisUpdate,
    nextUpdate,
    serials: serials.right,
  })
}

const NOT_DER: E.Either<string, never> = E.left('it is not the DER of a certificate revocation list')

const contents = (octets: Uint8Array, { from, to }: DerElement): string => toHex(octets.subarray(from, to))

const readEntries = (octets: Uint8Array, revoked: DerElement): E.Either<string, ReadonlySet<string>> => {
  const serials = new Set<string>()
  const entries = within(octets, revoked)
  while (!entries.atEnd()) {
    const entry = entries.take(DerTag.SEQUENCE)
    if (entry === undefined) return NOT_DER
    const fields = within(octets, entry)
    const serial = fields.take(DerTag.INTEGER)
    if (serial === undefined || serial.from === serial.to || takeTime(octets, fields) === undefined) return NOT_DER
    if (serial.to - serial.from > MAX_SERIAL) return E.left('a serial number is too long')
    if ((octets[serial.from] ?? 0) >= 0x80) return E.left('a serial number is negative')
    const extensions = fields.take(DerTag.SEQUENCE)
    const fault = extensions === undefined ? undefined : extensionsFault(octets, extensions)
    if (fault !== undefined) return E.left(fault)
    if (!fields.atEnd()) return NOT_DER
    serials.add(serialNumber(contents(octets, serial)))
  }
  return E.right(serials)
}

/** A list with a critical extension must not be used by those who do not know it; here none is known. */
const extensionsFault = (octets: Uint8Array, sequence: DerElement | undefined): string | undefined => {
  if (sequence === undefined) return 'it is not DER'
  const extensions = within(octets, sequence)
  while (!extensions.atEnd()) {
    const extension = extensions.take(DerTag.SEQUENCE)
    if (extension === undefined) return 'an extension is not DER'
    const fields = within(octets, extension)
    const identifier = fields.take(DerTag.OBJECT_IDENTIFIER)
    const critical = fields.take(DerTag.BOOLEAN)
    const value = fields.take(DerTag.OCTET_STRING)
    if (identifier === undefined || value === undefined || !fields.atEnd()) return 'an extension is not DER'
    if (critical !== undefined) return `its critical extension ${contents(octets, identifier)} is not known`
  }
  return undefined
}

/** Years of two digits begin in 1950 (RFC 5280, 4.1.2.5.1). */
const CENTURY = 50

const takeTime = (octets: Uint8Array, reader: DerReader): number | undefined => {
  const element = reader.take(DerTag.UTC_TIME, DerTag.GENERALIZED_TIME)
  if (element === undefined || element.to - element.from > 15) return undefined
  const text = String.fromCharCode(...octets.subarray(element.from, element.to))
  const digits = /^(\d{4}|\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])([01]\d|2[0-3])([0-5]\d)([0-5]\d)Z$/.exec(text)
  const [year = NaN, month = NaN, ...rest] = digits?.slice(1).map(Number) ?? []
  if (digits === null || (element.tag === DerTag.UTC_TIME) !== (digits[1]?.length === 2)) return undefined
  const whole = element.tag === DerTag.UTC_TIME ? year + (year < CENTURY ? 2000 : 1900) : year
  return Date.UTC(whole, month - 1, ...rest)
}
