import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { decodeBvll } from '../../src/wire/bvll-decode.js'
import { encodeBvll } from '../../src/wire/bvll-encode.js'
import { BvllFunction } from '../../src/wire/bvll-function.js'
import { anyBdtEntries, anyBvll, anyDatagram } from '../support/bvll-arbitraries.js'
import { validBvll } from '../support/bvll-vectors.js'
import { itKeepsTheLawsOfDatagrams } from '../support/datagram-laws.js'

describe('the codec of BACnet/IP', () => {
  itKeepsTheLawsOfDatagrams({
    type: 0x81,
    codes: BvllFunction,
    decode: decodeBvll,
    encode: encodeBvll,
    anyMessage: anyBvll,
    anyDatagram,
    vectors: validBvll,
    requests: [0x01, 0x02, 0x05, 0x06, 0x08, 0x09],
    takes: {
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
    },
    carriers: {
      0x04: { at: 10, isBroadcast: true },
      0x09: { at: 4, isBroadcast: true, nak: 0x60 },
      0x0a: { at: 4, isBroadcast: false },
      0x0b: { at: 4, isBroadcast: true },
    },
  })

  it('takes a table of as many entries as fit a datagram', () => {
    const [entry] = fc.sample(anyBdtEntries(1, 1), 1)[0] ?? []
    expect.assert(entry !== undefined)
    const entries = Array.from({ length: 6550 }, () => entry)
    const octets = encodeBvll({ _tag: 'Read-Broadcast-Distribution-Table-Ack', entries })
    expect(decodeBvll(octets)).toEqual(E.right({ _tag: 'Read-Broadcast-Distribution-Table-Ack', entries }))
  })
})
