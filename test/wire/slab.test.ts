import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cutOctets } from '../../src/wire/slab.js'

describe('octets cut from slabs', () => {
  it('are as many as asked for, all zero, and nobody else has them', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(3000), { maxLength: 40 }), lengths => {
        const cuts = lengths.map(cutOctets)
        expect(cuts.map(({ length }) => length)).toEqual(lengths)
        expect(cuts.every(cut => cut.every(octet => octet === 0))).toBe(true)
        cuts.forEach((cut, index) => cut.fill(index + 1))
        expect(cuts.every((cut, index) => cut.every(octet => octet === index + 1))).toBe(true)
      }),
    )
  })

  it('share memory when they are few, and waste no slab when they are many', () => {
    const octets = Array.from({ length: 100 }, () => cutOctets(44))
    expect(new Set(octets.map(({ buffer }) => buffer)).size).toBeLessThanOrEqual(2)
    expect(cutOctets(60_000).buffer.byteLength).toBe(60_000)
  })
})
