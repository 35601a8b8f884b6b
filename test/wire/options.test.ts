import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  dataOption,
  hasSecurePath,
  MAX_OPTIONS,
  MAX_OPTIONS_LENGTH,
  proprietaryOption,
  readProprietary,
  SECURE_PATH,
  unsendable,
  type HeaderOption,
} from '../../src/wire/header-option.js'
import { helloOption, isHello, readHello } from '../../src/wire/hello.js'
import { anyOctets } from '../support/arbitraries.js'

const option = (type: number, data?: Uint8Array): HeaderOption => ({ type, mustUnderstand: false, data })

describe('options that an application wants to send', () => {
  it('are fine when they are well formed, known or not', () => {
    const options = [SECURE_PATH, { ...SECURE_PATH, mustUnderstand: false }, option(3, new Uint8Array(3)), option(17)]
    expect(unsendable([...options, proprietaryOption(555, 1, new Uint8Array(0), true)], 'data')).toBeUndefined()
    expect(unsendable([helloOption({ identityRelay: true })], 'destination')).toBeUndefined()
  })

  it.each<[string, HeaderOption[], 'data' | 'destination']>([
    ['more than 64', Array.from({ length: MAX_OPTIONS + 1 }, () => SECURE_PATH), 'data'],
    ['longer than 4192 octets', [option(4, new Uint8Array(MAX_OPTIONS_LENGTH - 2))], 'data'],
    ['of type 0', [option(0)], 'data'],
    ['of type 32', [SECURE_PATH, option(32)], 'data'],
    ['with data that are no octets', [option(4, null as unknown as Uint8Array)], 'data'],
    ['of no type', [option(Number.NaN)], 'data'],
    ['Secure Path among destination options', [SECURE_PATH], 'destination'],
    ['Secure Path with header data', [option(1, new Uint8Array(0))], 'data'],
    ['proprietary without header data', [option(31)], 'data'],
    ['proprietary without a vendor', [option(31, new Uint8Array(2))], 'data'],
  ])('are refused with a reason: %s', (_, options, list) => {
    expect(unsendable(options, list)).toMatch(/./)
  })

  it('may be 64, and may have 4192 octets', () => {
    expect(unsendable(Array<HeaderOption>(MAX_OPTIONS).fill(SECURE_PATH), 'data')).toBeUndefined()
    expect(unsendable([option(4, new Uint8Array(MAX_OPTIONS_LENGTH - 3))], 'data')).toBeUndefined()
  })
})

describe('a data option', () => {
  it('calls its bit 6 Every Segment', () => {
    expect(dataOption({ type: 4, everySegment: true, data: undefined })).toEqual({
      type: 4,
      mustUnderstand: true,
      data: undefined,
    })
  })

  it('is Secure Path with bit 6 set or clear', () => {
    expect(hasSecurePath([option(4), SECURE_PATH])).toBe(true)
    expect(hasSecurePath([{ ...SECURE_PATH, mustUnderstand: false }])).toBe(true)
    expect(hasSecurePath([option(4)])).toBe(false)
  })

  it('of a vendor is read as it was written', () => {
    fc.assert(
      fc.property(fc.nat(65535), fc.nat(255), anyOctets(0, 9), (vendorId, type, data) => {
        expect(readProprietary(proprietaryOption(vendorId, type, data, false))).toEqual({ vendorId, type, data })
      }),
    )
    expect(readProprietary(SECURE_PATH)).toBeUndefined()
    expect(readProprietary(option(31, new Uint8Array(2)))).toBeUndefined()
  })
})

describe('a Hello', () => {
  it.each([true, false])('is read as it was written: identity relay %s', identityRelay => {
    expect(readHello([option(9), helloOption({ identityRelay })])).toEqual({ identityRelay })
    expect(helloOption({ identityRelay }).mustUnderstand).toBe(false)
  })

  it('means bit 0 only, and is one octet', () => {
    expect(readHello([option(2, Uint8Array.of(0xfe))])).toEqual({ identityRelay: false })
    expect([option(2), option(2, new Uint8Array(0)), option(2, new Uint8Array(2)), option(3)].some(isHello)).toBe(false)
  })
})
