import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeApdu } from '../../src/wire/apdu-decode.js'
import { encodeIAm, readIAm, type IAm } from '../../src/wire/i-am.js'
import { anyIAm } from '../support/apdu-arbitraries.js'
import { anyOctets } from '../support/arbitraries.js'
import { right } from '../support/right.js'
import { fromHex, toHex } from '../support/vectors.js'

const read = (hex: string): IAm | undefined => readIAm(right(decodeApdu(fromHex(hex))))

const DEVICE_1234 = { deviceInstance: 1234, maxApduLength: 1476, segmentation: 'segmented-both', vendorId: 15 } as const

describe('an I-Am', () => {
  it.each<[string, IAm, string]>([
    ['of device 1234', DEVICE_1234, '1000c4020004d22205c49100210f'],
    [
      'of the lowest numbers',
      { deviceInstance: 0, maxApduLength: 0, segmentation: 'segmented-transmit', vendorId: 0 },
      '1000c40200000021009101' + '2100',
    ],
    [
      'of the highest numbers',
      { deviceInstance: 4_194_302, maxApduLength: 0xffffffff, segmentation: 'no-segmentation', vendorId: 65_535 },
      '1000c4023ffffe24ffffffff910322ffff',
    ],
    [
      'of three octets',
      { deviceInstance: 1, maxApduLength: 0x010000, segmentation: 'segmented-receive', vendorId: 256 },
      '1000c402000001230100009102220100',
    ],
  ])('%s is built and read', (_, iAm, hex) => {
    expect(toHex(encodeIAm(iAm))).toBe(hex)
    expect(read(hex)).toEqual(iAm)
  })

  it('is read as it was built, of any device', () => {
    fc.assert(
      fc.property(anyIAm(), iAm => {
        expect(readIAm(right(decodeApdu(encodeIAm(iAm))))).toEqual(iAm)
      }),
    )
  })

  it.each([
    ['its longest APDU in four octets', '1000c4020004d224000005c49100210f'],
    ['its segmentation in two octets', '1000c4020004d22205c4920000210f'],
    ['its vendor in four octets', '1000c4020004d22205c49100240000000f'],
    ['reserved bits set', '1a00c4020004d22205c49100210f'],
  ])('may have %s', (_, hex) => {
    expect(read(hex)).toEqual(DEVICE_1234)
  })

  it.each([
    ['another service', '1001c4020004d22205c49100210f'],
    ['a confirmed request with its number', '00050100c4020004d22205c49100210f'],
    ['nothing', '1000'],
    ['another object than a device', '1000c4000004d22205c49100210f'],
    ['an object type beyond those of 8 bits', '1000c4820004d22205c49100210f'],
    ['the instance of no device', '1000c4023fffff2205c49100210f'],
    ['an object id of three octets', '1000c30004d22205c49100210f'],
    ['an object id under another tag', '100024020004d22205c49100210f'],
    ['an object id under a context tag', '1000cc020004d22205c49100210f'],
    ['no longest APDU', '1000c4020004d29100210f'],
    ['a longest APDU of no octets', '1000c4020004d2209100210f'],
    ['a longest APDU of five octets', '1000c4020004d225050000000' + '5c49100210f'],
    ['a longest APDU that is a real number', '1000c4020004d24405c400009100210f'],
    ['a segmentation that there is not', '1000c4020004d22205c49104210f'],
    ['a segmentation that is a number', '1000c4020004d22205c42100210f'],
    ['no segmentation', '1000c4020004d22205c4'],
    ['no vendor', '1000c4020004d22205c49100'],
    ['a vendor beyond two octets', '1000c4020004d22205c4910023010000'],
    ['a vendor that is enumerated', '1000c4020004d22205c49100910f'],
    ['a vendor that is cut short', '1000c4020004d22205c491002201'],
    ['octets behind its vendor', '1000c4020004d22205c49100210f00'],
  ])('is not there with %s', (_, hex) => {
    expect(read(hex)).toBeUndefined()
  })

  it('is looked for without a throw, whatever is there', () => {
    fc.assert(
      fc.property(anyOctets(0, 16), fc.constantFrom('', 'c4020004d2', 'c4020004d22205c4'), (octets, head) => {
        const iAm = readIAm(right(decodeApdu(Uint8Array.of(0x10, 0x00, ...fromHex(head), ...octets))))
        if (iAm !== undefined) expect(readIAm(right(decodeApdu(encodeIAm(iAm))))).toEqual(iAm)
      }),
      { numRuns: 20_000 },
    )
  })

  it.each([
    { deviceInstance: 4_194_303 },
    { deviceInstance: -1 },
    { deviceInstance: 0.5 },
    { maxApduLength: 2 ** 32 },
    { maxApduLength: -1 },
    { vendorId: 65_536 },
    { vendorId: NaN },
  ])('is not built with %j', wrong => {
    expect(() => encodeIAm({ ...DEVICE_1234, ...wrong })).toThrow(RangeError)
  })
})
