import * as E from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { derReader, DerTag } from '../../src/wire/der.js'
import { decodeRevocationList, MAX_REVOCATION_LIST, serialNumber } from '../../src/wire/revocation-list.js'
import { testAuthority } from '../support/living-tls.js'

const der = (tag: number, ...parts: readonly Uint8Array[]): Uint8Array => {
  const contents = Buffer.concat(parts)
  const { length } = contents
  const header = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.of(tag, ...header), contents])
}
const seq = (...parts: readonly Uint8Array[]): Uint8Array => der(DerTag.SEQUENCE, ...parts)
const hex = (tag: number, octets: string): Uint8Array => der(tag, Buffer.from(octets, 'hex'))
const time = (text: string): Uint8Array =>
  der(text.length === 13 ? DerTag.UTC_TIME : DerTag.GENERALIZED_TIME, Buffer.from(text))

const ECDSA = seq(hex(DerTag.OBJECT_IDENTIFIER, '2a8648ce3d040302'))
const NOW = '261121160000Z'
const NEXT = time('271121160000Z')

/** A list, with parts put in place of the usual ones. */
const list = ({
  version = hex(DerTag.INTEGER, '01'),
  algorithm = ECDSA,
  thisUpdate = time(NOW),
  rest = [NEXT],
}: {
  readonly version?: Uint8Array
  readonly algorithm?: Uint8Array
  readonly thisUpdate?: Uint8Array
  readonly rest?: readonly Uint8Array[]
} = {}): Uint8Array => seq(seq(version, ECDSA, seq(), thisUpdate, ...rest), algorithm, hex(DerTag.BIT_STRING, '00aabb'))

const entry = (serial: string, ...more: readonly Uint8Array[]): Uint8Array =>
  seq(hex(DerTag.INTEGER, serial), time(NOW), ...more)
const extension = (critical: boolean): Uint8Array =>
  seq(
    hex(DerTag.OBJECT_IDENTIFIER, '551d1c'),
    ...(critical ? [hex(DerTag.BOOLEAN, 'ff')] : []),
    hex(DerTag.OCTET_STRING, '00'),
  )

describe('a certificate revocation list', () => {
  it('is read: its times, serial numbers and what its signature is about', () => {
    const octets = list({ rest: [NEXT, seq(entry('01'), entry('00ff'), entry('0a00'))] })
    const read = decodeRevocationList(octets)
    expect(read).toMatchObject({
      right: {
        algorithm: '2a8648ce3d040302',
        thisUpdate: Date.UTC(2026, 10, 21, 16),
        nextUpdate: Date.UTC(2027, 10, 21, 16),
        serials: new Set(['1', 'ff', 'a00']),
      },
    })
    if (E.isLeft(read)) return
    expect(Buffer.from(read.right.signature).toString('hex')).toBe('aabb')
    expect(Buffer.from(octets).includes(Buffer.from(read.right.signed))).toBe(true)
  })

  it('may say nothing of the next, have no entries, be of version 1, and have extensions that are not critical', () => {
    const extensions = der(DerTag.CONTEXT_0, seq(extension(false)))
    expect(decodeRevocationList(list({ rest: [] }))).toMatchObject({ right: { nextUpdate: undefined } })
    expect(decodeRevocationList(list({ rest: [seq(), extensions] }))).toMatchObject({ right: { serials: new Set() } })
    expect(E.isRight(decodeRevocationList(list({ version: new Uint8Array() })))).toBe(true)
  })

  it('has times of two centuries', () => {
    const at = (text: string): unknown => E.toUnion(decodeRevocationList(list({ thisUpdate: time(text) })))
    expect(at('491231235959Z')).toMatchObject({ thisUpdate: Date.UTC(2049, 11, 31, 23, 59, 59) })
    expect(at('500101000000Z')).toMatchObject({ thisUpdate: Date.UTC(1950, 0, 1) })
    expect(at('20500101000000Z')).toMatchObject({ thisUpdate: Date.UTC(2050, 0, 1) })
  })

  const NOT_DER = 'it is not the DER of a certificate revocation list'
  it.each([
    ['nothing', new Uint8Array(), NOT_DER],
    ['something behind it', Buffer.concat([list(), Buffer.of(0)]), NOT_DER],
    ['version 3', list({ version: hex(DerTag.INTEGER, '02') }), 'its version is not 2'],
    ['two algorithms', list({ algorithm: seq(hex(DerTag.OBJECT_IDENTIFIER, '2b6570')) }), 'it names two algorithms'],
    ['no time', list({ thisUpdate: seq() }), 'it does not say from when it is'],
    ['a month 13', list({ thisUpdate: time('261321160000Z') }), 'it does not say from when it is'],
    ['a time of another zone', list({ thisUpdate: time('261121160000+') }), 'it does not say from when it is'],
    ['a critical extension', list({ rest: [der(DerTag.CONTEXT_0, seq(extension(true)))] }), /551d1c is not known/],
    ['a critical extension of an entry', list({ rest: [seq(entry('01', seq(extension(true))))] }), /is not known/],
    ['a negative serial number', list({ rest: [seq(entry('ff'))] }), 'a serial number is negative'],
    ['an endless serial number', list({ rest: [seq(entry('01'.repeat(65)))] }), 'a serial number is too long'],
    ['an entry without a time', list({ rest: [seq(seq(hex(DerTag.INTEGER, '01')))] }), NOT_DER],
    ['more octets than are read', new Uint8Array(MAX_REVOCATION_LIST + 1), /longer than/],
  ])('with %s is refused in one sentence', (_, octets, sentence) => {
    const read = decodeRevocationList(octets)
    expect(E.isLeft(read) ? read.left : read.right).toEqual(
      typeof sentence === 'string' ? sentence : expect.stringMatching(sentence),
    )
  })
})

describe('whatever comes as a revocation list', () => {
  let real: Uint8Array

  beforeAll(async () => {
    const lab = await testAuthority()
    const pem = await lab.revoke((await lab.issue('device')).cert)
    real = Buffer.from(pem.replace(/-----.*-----/g, ''), 'base64')
  })

  it('is read or refused, and never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), octets => {
        expect(['Left', 'Right']).toContain(decodeRevocationList(octets)._tag)
      }),
    )
  })

  it('also when octets of a real one are changed, cut off or put in', () => {
    expect(E.isRight(decodeRevocationList(real))).toBe(true)
    const edit = fc.record({
      at: fc.nat(real.length - 1),
      octet: fc.nat(255),
      kind: fc.constantFrom('set', 'cut', 'put'),
    })
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), edits => {
        let octets = Buffer.from(real)
        for (const { at, octet, kind } of edits) {
          if (kind === 'set') octets[at] = octet
          else if (kind === 'cut') octets = octets.subarray(0, at)
          else octets = Buffer.concat([octets.subarray(0, at), Buffer.of(octet), octets.subarray(at)])
        }
        const read = decodeRevocationList(octets)
        if (E.isRight(read)) expect(read.right.serials.size).toBeLessThan(octets.length)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('DER', () => {
  const take = (octets: string): unknown => {
    const bytes = Buffer.from(octets, 'hex')
    return derReader(bytes, 0, bytes.length).take(DerTag.SEQUENCE, DerTag.OCTET_STRING, 0x1f)
  }

  it.each([
    ['a length without end', '3080'],
    ['a length that is longer than need be', '30810100'],
    ['a length with a leading zero', '3082008000'],
    ['a length of five octets', '30850000000001'],
    ['more than there is', '300100'.slice(0, 4)],
    ['a tag of many octets', '1f2000'],
    ['half a header', '30'],
  ])('with %s is not taken', (_, octets) => {
    expect(take(octets)).toBeUndefined()
  })

  it('is taken by its tag only, and read up to its end', () => {
    expect(take('04020102')).toEqual({ tag: 0x04, start: 0, from: 2, to: 4 })
    expect(take('0200')).toBeUndefined()
  })
})

it('serial numbers are compared without leading zeros, in lower case', () => {
  expect(['00', '0', '0A', '00ff', 'FF00'].map(serialNumber)).toEqual(['0', '0', 'a', 'ff', 'ff00'])
})
