import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { decodeNpci, encodeNpci, npciLength } from '../../src/wire/npci.js'
import { decodeNpdu, encodeNpdu, type Npdu } from '../../src/wire/npdu.js'
import { npduFault } from '../../src/wire/npdu-look.js'
import { anyNpdu, anyNpduOctets } from '../support/npdu-arbitraries.js'
import { validNpdus } from '../support/npdu-vectors.js'
import { right } from '../support/right.js'
import { toHex } from '../support/vectors.js'

const OFTEN = { numRuns: 3000 }

/** The same octets in the midst of others, all of them 0xff. */
const amidst = (octets: Uint8Array): Uint8Array => {
  const buffer = new Uint8Array(octets.length + 64).fill(0xff)
  buffer.set(octets, 32)
  return buffer.subarray(32, 32 + octets.length)
}

const headerOf = ({ priority, expectingReply, destination, source, hopCount }: Npdu): Omit<Npdu, 'content'> => ({
  priority,
  expectingReply,
  destination,
  source,
  hopCount,
})

describe('any NPDU', () => {
  it('comes out of the codec as it went in', () => {
    fc.assert(
      fc.property(anyNpdu(), npdu => {
        expect(right(decodeNpdu(encodeNpdu(npdu)))).toEqual(npdu)
      }),
      OFTEN,
    )
  })

  it('has a header of the length that is said, before its type or its APDU', () => {
    fc.assert(
      fc.property(anyNpdu(), npdu => {
        expect(right(decodeNpci(encodeNpdu(npdu))).end).toBe(npciLength(npdu))
      }),
      OFTEN,
    )
  })

  it('has another header when it is given one, and the same behind it', () => {
    fc.assert(
      fc.property(anyNpdu(), anyNpdu(), (one, other) => {
        const octets = encodeNpdu(one)
        const { end } = right(decodeNpci(octets))
        const isNetworkMessage = one.content._tag !== 'Apdu'
        const changed = encodeNpci({ ...other, isNetworkMessage }, octets, end)
        expect(changed.subarray(npciLength(other))).toEqual(octets.subarray(end))
        expect(right(decodeNpci(changed))).toMatchObject({ ...headerOf(other), isNetworkMessage })
      }),
      OFTEN,
    )
  })

  it('is no less an NPDU to a data link', () => {
    fc.assert(
      fc.property(anyNpdu(), npdu => {
        expect(npduFault(encodeNpdu(npdu), false)).toBeUndefined()
        expect([undefined, 'CONFIRMED_REQUEST_BY_BROADCAST']).toContain(npduFault(encodeNpdu(npdu), true))
      }),
      OFTEN,
    )
  })
})

describe('any octets', () => {
  it('are an NPDU or a clear fault, whatever is around them', () => {
    fc.assert(
      fc.property(anyNpduOctets(), octets => {
        const decoded = decodeNpdu(octets)
        expect(decodeNpdu(amidst(octets))).toEqual(decoded)
        if (E.isLeft(decoded)) expect(decoded.left.reason).toMatch(/^\S.*\S$/)
      }),
      { numRuns: 20_000 },
    )
  })

  it('that are an NPDU lose nothing but reserved bits and octets that mean nothing', () => {
    fc.assert(
      fc.property(anyNpduOctets(), octets => {
        const decoded = decodeNpdu(octets)
        if (E.isLeft(decoded)) return
        const again = encodeNpdu(decoded.right)
        expect(right(decodeNpdu(again))).toEqual(decoded.right)
        expect(again.length).toBeLessThanOrEqual(octets.length)
      }),
      OFTEN,
    )
  })

  it('cut short anywhere in the header are none', () => {
    for (const { name, octets } of validNpdus) {
      const { end } = right(decodeNpci(octets))
      for (let length = 0; length <= end; length++) {
        expect(decodeNpdu(octets.subarray(0, length)), `${name}: ${toHex(octets)} to ${length}`).toMatchObject(
          E.left({ code: length === end && octets[1] !== undefined && octets[1] < 0x80 ? 'EMPTY_APDU' : 'TRUNCATED' }),
        )
      }
    }
  })

  it.each([0x40, 0x10, 0x50])('mean the same with the reserved bits %#', bits => {
    for (const { octets } of validNpdus) {
      const other = octets.slice()
      other[1] = (other[1] ?? 0) | bits
      expect(decodeNpdu(other)).toEqual(decodeNpdu(octets))
    }
  })
})
