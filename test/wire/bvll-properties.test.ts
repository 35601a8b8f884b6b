import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { decodeBvll } from '../../src/wire/bvll-decode.js'
import { encodeBvll } from '../../src/wire/bvll-encode.js'
import { BvllFunction } from '../../src/wire/bvll-function.js'
import { BIP_NPDU_LENGTH, type BvllMessage } from '../../src/wire/bvll.js'
import { anyOctets } from '../support/arbitraries.js'
import { anyBdtEntries, anyBvll, anyDatagram } from '../support/bvll-arbitraries.js'
import { validBvll } from '../support/bvll-vectors.js'
import { toHex } from '../support/vectors.js'

const OFTEN = { numRuns: 3000 }

const viewOf = (message: BvllMessage): Uint8Array | undefined => {
  if ('npdu' in message) return message.npdu
  return message._tag === 'Secure-BVLL' ? message.wrapper : undefined
}

/** The same octets in the midst of others, all of them 0xff. */
const amidst = (octets: Uint8Array): Uint8Array => {
  const buffer = new Uint8Array(octets.length + 64).fill(0xff)
  buffer.set(octets, 32)
  return buffer.subarray(32, 32 + octets.length)
}

const faultOf = (octets: Uint8Array): string | undefined => {
  const decoded = decodeBvll(octets)
  return E.isLeft(decoded) ? decoded.left.fault : undefined
}

describe('any message', () => {
  it('is decoded as it was encoded', () => {
    fc.assert(
      fc.property(anyBvll(), message => {
        expect(decodeBvll(encodeBvll(message))).toEqual(E.right(message))
      }),
      OFTEN,
    )
  })

  it('begins with the type, its function and the length of all', () => {
    fc.assert(
      fc.property(anyBvll(), message => {
        const octets = encodeBvll(message)
        const { length } = octets
        expect([...octets.subarray(0, 4)]).toEqual([0x81, BvllFunction[message._tag], length >> 8, length & 0xff])
      }),
      OFTEN,
    )
  })

  it('is refused with any other length in its header', () => {
    fc.assert(
      fc.property(anyBvll(), fc.nat(0xffff), (message, length) => {
        const octets = encodeBvll(message)
        fc.pre(length !== octets.length)
        octets.set([length >> 8, length & 0xff], 2)
        expect(faultOf(octets)).toBe('LENGTH_MISMATCH')
      }),
      OFTEN,
    )
  })

  it('is refused when it is cut anywhere, or has something behind it', () => {
    fc.assert(
      fc.property(anyBvll(), fc.nat(), anyOctets(1, 12), (message, place, more) => {
        const octets = encodeBvll(message)
        const at = place % octets.length
        expect(faultOf(octets.subarray(0, at))).toBe(at < 4 ? 'TRUNCATED_HEADER' : 'LENGTH_MISMATCH')
        expect(faultOf(Uint8Array.of(...octets, ...more))).toBe('LENGTH_MISMATCH')
      }),
      OFTEN,
    )
  })

  it('is refused with any other type', () => {
    fc.assert(
      fc.property(anyBvll(), fc.nat(0xff), (message, type) => {
        fc.pre(type !== 0x81)
        const octets = encodeBvll(message)
        octets[0] = type
        expect(faultOf(octets)).toBe('BAD_TYPE')
      }),
    )
  })
})

describe('any datagram', () => {
  it('is decoded without a throw, and what is understood is encoded as it came', () => {
    let understood = 0
    fc.assert(
      fc.property(anyDatagram(), octets => {
        const decoded = decodeBvll(octets)
        if (E.isLeft(decoded)) return
        understood++
        expect(toHex(encodeBvll(decoded.right))).toBe(toHex(octets))
      }),
      OFTEN,
    )
    expect(understood).toBeGreaterThan(OFTEN.numRuns / 5)
  })

  it('means the same wherever it lies, and is not changed', () => {
    fc.assert(
      fc.property(anyDatagram(), octets => {
        const before = octets.slice()
        const within = amidst(octets)
        expect(decodeBvll(within)).toEqual(decodeBvll(octets))
        expect(octets).toEqual(before)
        expect(within.buffer).toEqual(amidst(before).buffer)
      }),
      OFTEN,
    )
  })

  it('gives views that end where it ends', () => {
    fc.assert(
      fc.property(anyDatagram().map(amidst), octets => {
        const decoded = decodeBvll(octets)
        const view = E.isRight(decoded) ? viewOf(decoded.right) : undefined
        if (view === undefined) return
        expect(view.buffer).toBe(octets.buffer)
        expect(view.byteOffset + view.length).toBe(octets.byteOffset + octets.length)
      }),
      OFTEN,
    )
  })

  it('is answered, if at all, only when it is a request', () => {
    const requests = [0x01, 0x02, 0x05, 0x06, 0x08, 0x09]
    fc.assert(
      fc.property(anyDatagram(), octets => {
        const decoded = decodeBvll(octets)
        if (E.isLeft(decoded) && decoded.left.nak !== undefined) expect(requests).toContain(octets[1])
      }),
      OFTEN,
    )
  })
})

describe('lengths', () => {
  it('of each function: every one from 4 to 60 octets is taken or refused as the table of section 3 says', () => {
    const takes: Readonly<Record<number, (payload: number) => boolean>> = {
      0x00: payload => payload === 2,
      0x01: payload => payload % 10 === 0,
      0x02: payload => payload === 0,
      0x03: payload => payload % 10 === 0,
      0x04: payload => payload >= 6 + 2,
      0x05: payload => payload === 2,
      0x06: payload => payload === 0,
      0x07: payload => payload % 10 === 0,
      0x08: payload => payload === 6,
      0x09: payload => payload >= 2,
      0x0a: payload => payload >= 2,
      0x0b: payload => payload >= 2,
      0x0c: () => true,
    }
    for (let octet = 0; octet <= 0xff; octet++) {
      for (let payload = 0; payload <= 56; payload++) {
        const longest = new Uint8Array(64).fill(0x10)
        longest.set([0x81, octet, 0, 4 + payload])
        longest.set([0x01, 0x00], octet === 0x04 ? 10 : 4)
        const octets = longest.subarray(0, 4 + payload)
        expect([octet, payload, E.isRight(decodeBvll(octets))]).toEqual([
          octet,
          payload,
          takes[octet]?.(payload) ?? false,
        ])
      }
    }
  })

  it.each([
    ['Original-Unicast-NPDU', 0x0a, 0],
    ['Original-Broadcast-NPDU', 0x0b, 0],
    ['Distribute-Broadcast-To-Network', 0x09, 0],
    ['Forwarded-NPDU', 0x04, 6],
  ])('of a message, %s: an NPDU of 1497 octets and none of more', (_, octet, address) => {
    const datagram = (npduLength: number): Uint8Array => {
      const octets = Buffer.alloc(4 + address + npduLength, 0x10)
      octets.set([0x81, octet])
      octets.writeUInt16BE(octets.length, 2)
      octets.set([0x01, 0x00], 4 + address)
      return octets
    }
    expect(faultOf(datagram(BIP_NPDU_LENGTH))).toBeUndefined()
    expect(faultOf(datagram(BIP_NPDU_LENGTH + 1))).toBe('BAD_NPDU')
    expect(faultOf(datagram(65_507 - 4 - address))).toBe('BAD_NPDU')
  })

  it('of a table: as many entries as fit a datagram', () => {
    const [entry] = fc.sample(anyBdtEntries(1, 1), 1)[0] ?? []
    expect.assert(entry !== undefined)
    const entries = Array.from({ length: 6550 }, () => entry)
    const octets = encodeBvll({ _tag: 'Read-Broadcast-Distribution-Table-Ack', entries })
    expect(decodeBvll(octets)).toEqual(E.right({ _tag: 'Read-Broadcast-Distribution-Table-Ack', entries }))
  })

  it('of every vector: each octet less or more is refused', () => {
    for (const { octets } of validBvll) {
      for (let less = 0; less < Math.min(octets.length, 64); less++) {
        expect(faultOf(octets.subarray(0, less))).toMatch(/TRUNCATED_HEADER|LENGTH_MISMATCH/u)
      }
      expect(faultOf(Uint8Array.of(...octets, 0))).toBe('LENGTH_MISMATCH')
    }
  })
})
