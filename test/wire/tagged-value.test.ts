import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Tag, taggedNumber, taggedNumberAt } from '../../src/wire/tagged-value.js'
import { fromHex, toHex } from '../support/vectors.js'

const TAGS = Object.values(Tag)

describe('a tagged number', () => {
  it.each([
    [0, '2100'],
    [255, '21ff'],
    [256, '220100'],
    [65_535, '22ffff'],
    [65_536, '23010000'],
    [16_777_216, '2401000000'],
    [4_294_967_295, '24ffffffff'],
  ])('%i has as many octets as it needs', (value, hex) => {
    expect(toHex(Uint8Array.from(taggedNumber(Tag.UNSIGNED, value)))).toBe(hex)
  })

  it('is read where it was written, and ends where it ended', () => {
    fc.assert(
      fc.property(fc.constantFrom(...TAGS), fc.nat(0xffffffff), fc.nat(5), (tag, value, at) => {
        const octets = taggedNumber(tag, value)
        const amidst = Uint8Array.of(...new Uint8Array(at), ...octets, 0xff)
        expect(taggedNumberAt(amidst, at, tag)).toEqual({ value, end: at + octets.length })
      }),
    )
  })

  it('is not there under another tag', () => {
    for (const tag of TAGS) {
      const octets = Uint8Array.from(taggedNumber(tag, 1))
      expect(TAGS.filter(other => taggedNumberAt(octets, 0, other) !== undefined)).toEqual([tag])
    }
  })

  it('is not there when it is cut short', () => {
    const octets = Uint8Array.from(taggedNumber(Tag.UNSIGNED, 0xffffffff))
    for (let length = 0; length < octets.length; length++) {
      expect(taggedNumberAt(octets.subarray(0, length), 0, Tag.UNSIGNED)).toBeUndefined()
    }
  })

  it.each(['20', '250000000001', '26000000000001', '2700000000000001'])('is not there in %s', hex => {
    expect(taggedNumberAt(fromHex(hex), 0, Tag.UNSIGNED)).toBeUndefined()
  })
})
