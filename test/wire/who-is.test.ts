import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { decodeApdu } from '../../src/wire/apdu-decode.js'
import { asksFor, encodeWhoIs, readWhoIs, type WhoIs } from '../../src/wire/who-is.js'
import { anyRange } from '../support/apdu-arbitraries.js'
import { anyOctets } from '../support/arbitraries.js'
import { right } from '../support/right.js'
import { fromHex, toHex } from '../support/vectors.js'

const read = (hex: string): WhoIs | undefined => readWhoIs(right(decodeApdu(fromHex(hex))))

describe('a Who-Is', () => {
  it.each([
    ['all', undefined, '1008'],
    ['0 to 0', { low: 0, high: 0 }, '100809001900'],
    ['100 to 500', { low: 100, high: 500 }, '100809641a01f4'],
    ['255 to 256', { low: 255, high: 256 }, '100809ff1a0100'],
    ['65535 to 65536', { low: 65_535, high: 65_536 }, '10080affff1b010000'],
    ['4194302 alone', { low: 4_194_302, high: 4_194_302 }, '10080b3ffffe1b3ffffe'],
    ['all by their numbers', { low: 0, high: 4_194_303 }, '100809001b3fffff'],
  ])('for %s is built and read', (_, range, hex) => {
    expect(toHex(encodeWhoIs(range))).toBe(hex)
    expect(read(hex)).toEqual({ range })
  })

  it('is read as it was built, for any range', () => {
    fc.assert(
      fc.property(anyRange(), range => {
        expect(readWhoIs(right(decodeApdu(encodeWhoIs(range))))).toEqual({ range })
      }),
    )
  })

  it.each([
    ['in more octets than needed', '10080b0000641a01f4'],
    ['in four octets', '10080c000000641c000001f4'],
    ['with reserved bits set', '1f0809641a01f4'],
  ])('may have its limits %s', (_, hex) => {
    expect(read(hex)).toEqual({ range: { low: 100, high: 500 } })
  })

  it.each([
    ['another service', '1007'],
    ['a confirmed request with its number', '0005010809641a01f4'],
    ['a low limit alone', '10080964'],
    ['a high limit alone', '10081a01f4'],
    ['a low limit above the high one', '100809651964'],
    ['a high limit above the highest instance', '100809001b400000'],
    ['both limits above it', '10080b4000001b400000'],
    ['limits in the wrong order', '10081a01f40964'],
    ['limits under other tags', '100821642201f4'],
    ['a limit of no octets', '1008081a01f4'],
    ['a limit of five octets', '10080d0500000000641a01f4'],
    ['a limit whose five octets would be as many as its tag says', '10080d00000000641a01f4'],
    ['an opening tag', '10080e641a01f4'],
    ['a limit whose length stands in an octet of its own', '10080d01641a01f4'],
    ['a high limit that is cut short', '100809641a01'],
    ['a low limit that is cut short', '10080a64'],
    ['octets behind its limits', '100809641a01f400'],
    ['a third limit', '100809641a01f42901'],
    ['anything that is no limit', '100800'],
  ])('is not there with %s', (_, hex) => {
    expect(read(hex)).toBeUndefined()
  })

  it('is found in octets that another would build from what is read, or not at all', () => {
    fc.assert(
      fc.property(anyOctets(0, 10), octets => {
        const pdu = decodeApdu(Uint8Array.of(0x10, 0x08, ...octets))
        if (E.isLeft(pdu)) throw new Error(pdu.left.reason)
        const whoIs = readWhoIs(pdu.right)
        if (whoIs === undefined) return
        expect(readWhoIs(right(decodeApdu(encodeWhoIs(whoIs.range))))).toEqual(whoIs)
      }),
      { numRuns: 20_000 },
    )
  })

  it.each([
    { low: 2, high: 1 },
    { low: -1, high: 5 },
    { low: 0, high: 4_194_304 },
    { low: 0.5, high: 5 },
    { low: 1, high: 5.5 },
    { low: NaN, high: 5 },
  ])('is not built for $low to $high', range => {
    expect(() => encodeWhoIs(range)).toThrow(RangeError)
  })

  it('asks for those in its range, both ends included, or for all', () => {
    const range = { low: 100, high: 500 }
    expect([99, 100, 101, 499, 500, 501].filter(instance => asksFor({ range }, instance))).toEqual([100, 101, 499, 500])
    expect(asksFor({ range: undefined }, 4_194_302)).toBe(true)
  })
})
