import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { ApduType } from '../../src/wire/apdu.js'
import { decodeApdu } from '../../src/wire/apdu-decode.js'
import { encodeApdu } from '../../src/wire/apdu-encode.js'
import { decodeNpci } from '../../src/wire/npci.js'
import { encodeNpdu } from '../../src/wire/npdu.js'
import { isConfirmedRequest } from '../../src/wire/npdu-look.js'
import { anyApduOctets, anyPdu } from '../support/apdu-arbitraries.js'
import { anyNpdu } from '../support/npdu-arbitraries.js'
import { right } from '../support/right.js'
import { fromHex, toHex } from '../support/vectors.js'

const OFTEN = { numRuns: 5000 }

/** The same octets in the midst of others, all of them 0xff. */
const amidst = (octets: Uint8Array): Uint8Array => {
  const buffer = new Uint8Array(octets.length + 64).fill(0xff)
  buffer.set(octets, 32)
  return buffer.subarray(32, 32 + octets.length)
}

describe('any APDU', () => {
  it('comes out of the codec as it went in', () => {
    fc.assert(
      fc.property(anyPdu(), pdu => {
        expect(right(decodeApdu(encodeApdu(pdu)))).toEqual(pdu)
      }),
      OFTEN,
    )
  })

  it('has its type in the first four bits', () => {
    fc.assert(
      fc.property(anyPdu(), pdu => {
        expect((encodeApdu(pdu)[0] ?? 0xff) >> 4).toBe(ApduType[pdu._tag])
      }),
      OFTEN,
    )
  })

  it('has parameters that are a view of its octets, and none of them copied', () => {
    fc.assert(
      fc.property(anyPdu(), pdu => {
        const octets = encodeApdu(pdu)
        const decoded = right(decodeApdu(octets))
        if (!('parameters' in decoded)) return
        expect(decoded.parameters.buffer).toBe(octets.buffer)
        expect(decoded.parameters.byteOffset + decoded.parameters.length).toBe(octets.byteOffset + octets.length)
      }),
      OFTEN,
    )
  })

  it('is none when it is cut before its parameters', () => {
    fc.assert(
      fc.property(anyPdu(), pdu => {
        const octets = encodeApdu('parameters' in pdu ? { ...pdu, parameters: new Uint8Array(0) } : pdu)
        for (let length = 0; length < octets.length; length++) {
          expect(decodeApdu(octets.subarray(0, length))).toMatchObject(E.left({ code: 'TRUNCATED' }))
        }
      }),
      OFTEN,
    )
  })
})

describe('a look at an NPDU', () => {
  it('finds a Confirmed-Request where its APDU is one, and no more', () => {
    fc.assert(
      fc.property(anyNpdu(), npdu => {
        const octets = encodeNpdu(npdu)
        const { end, isNetworkMessage } = right(decodeNpci(octets))
        if (!isNetworkMessage) expect(isConfirmedRequest(octets, end)).toBe((octets[end] ?? 0xff) < 0x10)
      }),
      OFTEN,
    )
  })

  it('finds none where nothing is', () => {
    expect(isConfirmedRequest(fromHex('0100'), 2)).toBe(false)
  })
})

describe('any octets', () => {
  it('are an APDU or a clear fault, whatever is around them', () => {
    fc.assert(
      fc.property(anyApduOctets(), octets => {
        const decoded = decodeApdu(octets)
        expect(decodeApdu(amidst(octets))).toEqual(decoded)
        if (E.isLeft(decoded)) expect(decoded.left.reason).toMatch(/^\S.*\S$/u)
      }),
      { numRuns: 20_000 },
    )
  })

  it('that are an APDU lose nothing but what means nothing', () => {
    fc.assert(
      fc.property(anyApduOctets(), octets => {
        const decoded = decodeApdu(octets)
        if (E.isLeft(decoded)) return
        const again = encodeApdu(decoded.right)
        expect(right(decodeApdu(again))).toEqual(decoded.right)
        expect(again.length).toBeLessThanOrEqual(octets.length)
      }),
      OFTEN,
    )
  })

  it.each([8, 9, 10, 11, 12, 13, 14, 15])('of the reserved type %i are no APDU', type => {
    for (let bits = 0; bits < 16; bits++) {
      expect(decodeApdu(Uint8Array.of((type << 4) | bits, 1, 2, 3))).toEqual(
        E.left({ _tag: 'ApduError', code: 'UNKNOWN_TYPE', reason: `there is no type ${type}` }),
      )
    }
  })
})

describe('bits and octets without a meaning', () => {
  it.each([
    ['the last bit of a Confirmed-Request', '03', '02', '05010c0c020004d2194d'],
    ['that more follow a Confirmed-Request in one piece', '06', '02', '05010c0c020004d2194d'],
    ['the first bit of the most segments', '02', '02', '85010c', '05010c'],
    ['the last bits of an Unconfirmed-Request', '1f', '10', '08'],
    ['the last bits of a Simple-ACK', '2f', '20', '010f'],
    ['the last bits of a Complex-ACK in one piece', '37', '30', '010c3e3f'],
    ['two bits of a Segment-ACK', '4f', '43', '010203'],
    ['the last bits of an Error', '5f', '50', '010c91029120'],
    ['the last bits of a Reject', '6f', '60', '0109'],
    ['three bits of an Abort', '7f', '71', '0104'],
    ['octets behind a Simple-ACK', '20', '20', '010fffff', '010f'],
    ['octets behind a Segment-ACK', '40', '40', '010203ff', '010203'],
    ['octets behind a Reject', '60', '60', '0109ff', '0109'],
    ['octets behind an Abort', '70', '70', '0104ff', '0104'],
  ])('do not matter: %s', (_, first, meant, rest, restMeant = rest) => {
    const decoded = decodeApdu(fromHex(first + rest))
    expect(decoded).toEqual(decodeApdu(fromHex(meant + restMeant)))
    expect(toHex(encodeApdu(right(decoded)))).toBe(meant + restMeant)
  })

  it('leave the longest APDU at 50 octets, which every device takes', () => {
    for (let code = 6; code < 16; code++) {
      expect(right(decodeApdu(Uint8Array.of(0, code, 1, 12)))).toMatchObject({ maxApduLength: 50 })
    }
  })
})
