import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import type { DatagramError } from '../../src/wire/datagram-error.js'
import type { DecodedDatagram, MalformedDatagram, ValidDatagram } from './datagram-vectors.js'
import { right } from './right.js'
import { toHex } from './vectors.js'

/** A codec, and the vectors that it is held to. */
export interface VectorTests<M> {
  readonly decode: (datagram: Uint8Array) => E.Either<DatagramError, M>
  readonly encode: (message: M) => Uint8Array
  /** A message of so many octets as the vectors spell it out. */
  readonly spellOut: (message: M, length: number) => DecodedDatagram
  readonly valid: readonly ValidDatagram[]
  readonly malformed: readonly MalformedDatagram[]
  /** Datagrams that come to a node, and what it sends then. */
  readonly behaving: readonly {
    readonly name: string
    readonly octets: Uint8Array
    readonly send: readonly { readonly octets: Uint8Array }[]
  }[]
  /** The names of all functions. */
  readonly functions: readonly string[]
}

/** The tests that a codec passes all vectors of its data link. */
export const itPassesAllVectors = <M>(tests: VectorTests<M>): void => {
  const { decode, encode, spellOut, valid, malformed, behaving, functions } = tests

  describe('valid vectors', () => {
    it.each(valid)('$name means what it should', ({ octets, decoded }) => {
      expect(spellOut(right(decode(octets)), octets.length)).toEqual(decoded)
    })

    it.each(valid)('$name is encoded as it came', ({ octets }) => {
      expect(toHex(encode(right(decode(octets))))).toBe(toHex(octets))
    })

    it('have a message of each function', () => {
      const names = new Set(valid.map(({ decoded: { functionName } }) => functionName))
      expect([...names].sort()).toEqual([...functions].sort())
    })
  })

  describe('malformed vectors', () => {
    it.each(malformed)('$name is refused: $detail', ({ octets, fault, nak }) => {
      expect(decode(octets)).toEqual(
        E.left({ _tag: 'DatagramError', fault, nak, reason: expect.stringMatching(/^\S.*\S$/u) as string }),
      )
    })
  })

  describe('behaviour vectors', () => {
    it.each(behaving)('$name has octets that are understood, in and out', ({ octets, send }) => {
      for (const each of [octets, ...send.map(sent => sent.octets)]) {
        expect(toHex(encode(right(decode(each))))).toBe(toHex(each))
      }
    })
  })
}
