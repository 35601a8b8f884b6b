import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { BIP_NPDU_LENGTH } from '../../src/wire/bvll.js'
import type { DatagramError } from '../../src/wire/datagram-error.js'
import { anyOctets } from './arbitraries.js'
import type { ValidDatagram } from './datagram-vectors.js'
import { fromHex, toHex } from './vectors.js'

/*
 * What holds of any codec of BVLL messages, whether of BACnet/IP or of BACnet/IPv6.
 */

/** A codec, and what the protocol notes say of its functions. */
export interface DatagramCodec<M extends { readonly _tag: string }> {
  readonly type: number
  readonly codes: Readonly<Record<M['_tag'], number>>
  readonly decode: (datagram: Uint8Array) => E.Either<DatagramError, M>
  readonly encode: (message: M) => Uint8Array
  readonly anyMessage: () => fc.Arbitrary<M>
  readonly anyDatagram: () => fc.Arbitrary<Uint8Array>
  readonly vectors: readonly ValidDatagram[]
  /** The codes of all requests that are refused with a NAK. */
  readonly requests: readonly number[]
  /** Whether a function takes so many octets behind the header; of NPDUs, those that are right from the start. */
  readonly takes: Readonly<Record<number, (payload: number) => boolean>>
  /** The functions that carry an NPDU. */
  readonly carriers: Readonly<Record<number, Carrier>>
}

/** A function that carries an NPDU. */
export interface Carrier {
  /** Where in the message the NPDU begins. */
  readonly at: number
  readonly isBroadcast: boolean
  /** The code with which it is refused. */
  readonly nak?: number
}

const OFTEN = { numRuns: 3000 }

const viewOf = (message: object): Uint8Array | undefined => {
  if ('npdu' in message) return message.npdu as Uint8Array
  return 'wrapper' in message ? (message.wrapper as Uint8Array) : undefined
}

/** The same octets in the midst of others, all of them 0xff. */
const amidst = (octets: Uint8Array): Uint8Array => {
  const buffer = new Uint8Array(octets.length + 64).fill(0xff)
  buffer.set(octets, 32)
  return buffer.subarray(32, 32 + octets.length)
}

/** The tests of a codec. */
export const itKeepsTheLawsOfDatagrams = <M extends { readonly _tag: string }>(codec: DatagramCodec<M>): void => {
  describe('any message', () => describeMessages(codec))
  describe('any datagram', () => describeDatagrams(codec))
  describe('lengths', () => describeLengths(codec))
  describe.each(Object.entries(codec.carriers))('an NPDU in function %s', (code, carrier) =>
    describeNpdus(codec, Number(code), carrier),
  )
}

const faultIn =
  <M extends { readonly _tag: string }>({ decode }: DatagramCodec<M>) =>
  (octets: Uint8Array): string | undefined => {
    const decoded = decode(octets)
    return E.isLeft(decoded) ? decoded.left.fault : undefined
  }

const describeMessages = <M extends { readonly _tag: string }>(codec: DatagramCodec<M>): void => {
  const { type, codes, decode, encode, anyMessage } = codec
  const faultOf = faultIn(codec)

  it('is decoded as it was encoded', () => {
    fc.assert(
      fc.property(anyMessage(), message => {
        expect(decode(encode(message))).toEqual(E.right(message))
      }),
      OFTEN,
    )
  })

  it('begins with the type, its function and the length of all', () => {
    fc.assert(
      fc.property(anyMessage(), message => {
        const octets = encode(message)
        const { length } = octets
        const code = codes[message._tag as M['_tag']]
        expect([...octets.subarray(0, 4)]).toEqual([type, code, length >> 8, length & 0xff])
      }),
      OFTEN,
    )
  })

  it('is refused with any other length in its header', () => {
    fc.assert(
      fc.property(anyMessage(), fc.nat(0xffff), (message, length) => {
        const octets = encode(message)
        fc.pre(length !== octets.length)
        octets.set([length >> 8, length & 0xff], 2)
        expect(faultOf(octets)).toBe('LENGTH_MISMATCH')
      }),
      OFTEN,
    )
  })

  it('is refused when it is cut anywhere, or has something behind it', () => {
    fc.assert(
      fc.property(anyMessage(), fc.nat(), anyOctets(1, 12), (message, place, more) => {
        const octets = encode(message)
        const at = place % octets.length
        expect(faultOf(octets.subarray(0, at))).toBe(at < 4 ? 'TRUNCATED_HEADER' : 'LENGTH_MISMATCH')
        expect(faultOf(Uint8Array.of(...octets, ...more))).toBe('LENGTH_MISMATCH')
      }),
      OFTEN,
    )
  })

  it('is refused with any other type', () => {
    fc.assert(
      fc.property(anyMessage(), fc.nat(0xff), (message, other) => {
        fc.pre(other !== type)
        const octets = encode(message)
        octets[0] = other
        expect(faultOf(octets)).toBe('BAD_TYPE')
      }),
    )
  })
}

const describeDatagrams = <M extends { readonly _tag: string }>(codec: DatagramCodec<M>): void => {
  const { decode, encode, anyDatagram, requests } = codec

  it('is decoded without a throw, and what is understood is encoded as it came', () => {
    let understood = 0
    fc.assert(
      fc.property(anyDatagram(), octets => {
        const decoded = decode(octets)
        if (E.isLeft(decoded)) return
        understood++
        expect(toHex(encode(decoded.right))).toBe(toHex(octets))
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
        expect(decode(within)).toEqual(decode(octets))
        expect(octets).toEqual(before)
        expect(within.buffer).toEqual(amidst(before).buffer)
      }),
      OFTEN,
    )
  })

  it('gives views that end where it ends', () => {
    fc.assert(
      fc.property(anyDatagram().map(amidst), octets => {
        const decoded = decode(octets)
        const view = E.isRight(decoded) ? viewOf(decoded.right) : undefined
        if (view === undefined) return
        expect(view.buffer).toBe(octets.buffer)
        expect(view.byteOffset + view.length).toBe(octets.byteOffset + octets.length)
      }),
      OFTEN,
    )
  })

  it('is answered, if at all, only when it is a request', () => {
    const answered = new Set<number | undefined>()
    fc.assert(
      fc.property(anyDatagram(), octets => {
        const decoded = decode(octets)
        if (E.isLeft(decoded) && decoded.left.nak !== undefined) answered.add(octets[1])
      }),
      OFTEN,
    )
    expect(answered.size).toBeGreaterThan(0)
    for (const code of answered) expect(requests).toContain(code)
  })
}

const describeLengths = <M extends { readonly _tag: string }>(codec: DatagramCodec<M>): void => {
  const { type, takes, carriers, vectors, decode } = codec
  const faultOf = faultIn(codec)

  it('of each function: every one from 4 to 60 octets is taken or refused as the table of section 3 says', () => {
    for (let code = 0; code <= 0xff; code++) {
      for (let payload = 0; payload <= 56; payload++) {
        const longest = new Uint8Array(64).fill(0x10)
        longest.set([type, code, 0, 4 + payload])
        longest.set([0x01, 0x00], carriers[code]?.at ?? 4)
        const octets = longest.subarray(0, 4 + payload)
        expect([code, payload, E.isRight(decode(octets))]).toEqual([code, payload, takes[code]?.(payload) ?? false])
      }
    }
  })

  it('of every vector: each octet less or more is refused', () => {
    for (const { octets } of vectors) {
      for (let less = 0; less < Math.min(octets.length, 64); less++) {
        expect(faultOf(octets.subarray(0, less))).toMatch(/TRUNCATED_HEADER|LENGTH_MISMATCH/u)
      }
      expect(faultOf(Uint8Array.of(...octets, 0))).toBe('LENGTH_MISMATCH')
    }
  })
}

const describeNpdus = <M extends { readonly _tag: string }>(
  codec: DatagramCodec<M>,
  code: number,
  { at, isBroadcast, nak }: Carrier,
): void => {
  const datagram = (npdu: Uint8Array): Uint8Array => {
    const octets = Buffer.concat([Buffer.alloc(at), npdu])
    octets.set([codec.type, code])
    octets.writeUInt16BE(octets.length, 2)
    return octets
  }

  it('is of 1497 octets at most', () => {
    const npduOf = (length: number): Uint8Array => {
      const npdu = new Uint8Array(length).fill(0x10)
      npdu.set([0x01, 0x00])
      return npdu
    }
    const faultOf = faultIn(codec)
    expect(faultOf(datagram(npduOf(BIP_NPDU_LENGTH)))).toBeUndefined()
    expect(faultOf(datagram(npduOf(BIP_NPDU_LENGTH + 1)))).toBe('BAD_NPDU')
    expect(faultOf(datagram(npduOf(65_507 - at)))).toBe('BAD_NPDU')
  })

  it('is refused with each part of what should come before it', () => {
    for (let length = 4; length < at; length++) {
      const octets = datagram(new Uint8Array()).slice(0, length)
      octets.set([length], 3)
      expect(codec.decode(octets)).toMatchObject({ left: { fault: 'BAD_PAYLOAD_LENGTH', nak } })
    }
  })

  it.each([
    ['EMPTY_NPDU', ''],
    ['BAD_NPDU', '01'],
    ['BAD_NPDU', '02001008'],
  ])('is refused as %s when it is %j', (fault, npdu) => {
    expect(codec.decode(datagram(fromHex(npdu)))).toMatchObject({ left: { fault, nak } })
  })

  it.each([
    ['BAD_NPDU', '01280005063a'],
    ['CONFIRMED_REQUEST_BY_BROADCAST', '01040205010c0c020004d2194d'],
    ['CONFIRMED_REQUEST_BY_BROADCAST', '0120ffff00ff0205010c0c020004d2194d'],
  ])('is refused as %s when it is %j and for everybody', (fault, npdu) => {
    expect(codec.decode(datagram(fromHex(npdu)))).toMatchObject(
      isBroadcast ? { left: { fault, nak } } : { _tag: 'Right' },
    )
  })
}
