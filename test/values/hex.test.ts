import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { fromHex, hexOctet, hexOfSix, toHex } from '../../src/values/hex.js'
import { anyOctets } from '../support/arbitraries.js'

describe('hex', () => {
  it('is what Node.js prints', () => {
    fc.assert(
      fc.property(anyOctets(0, 40), octets => {
        expect(toHex(octets)).toBe(Buffer.from(octets).toString('hex'))
      }),
    )
  })

  it('of six octets is the same, and of numbers as well their lowest octets', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.nat(0xff),
        fc.nat(0xff),
        fc.nat(0xff),
        fc.nat(0xff),
        fc.nat(0xff),
        (a, ...others) => {
          expect(hexOfSix(a, ...others)).toBe(toHex(Uint8Array.of(a, ...others)))
        },
      ),
    )
  })

  it('is read again as it was printed, in either case', () => {
    fc.assert(
      fc.property(anyOctets(0, 40), octets => {
        expect(fromHex(toHex(octets))).toEqual(E.right(octets))
        expect(fromHex(toHex(octets).toUpperCase())).toEqual(E.right(octets))
      }),
    )
  })

  it('has two digits for each octet', () => {
    expect([0, 9, 0xab, 0xff].map(hexOctet)).toEqual(['00', '09', 'ab', 'ff'])
    expect(fromHex('abc')).toEqual(E.left('hex needs two digits for each octet'))
  })

  it.each(['0g', '0x', '0 ', ' 0', '1\n', '-1', '٠٠'])('is nothing like %j', text => {
    expect(fromHex(text)).toEqual(E.left('hex has only the digits 0-9 and a-f'))
  })
})
