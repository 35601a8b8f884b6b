import { describe, expect, it } from 'vitest'
import { decodeBvll6 } from '../../src/wire/bvll6-decode.js'
import { encodeBvll6 } from '../../src/wire/bvll6-encode.js'
import { Bvll6Function } from '../../src/wire/bvll6-function.js'
import { anyBvll6, anyDatagram6 } from '../support/bvll6-arbitraries.js'
import { validBvll6 } from '../support/bvll6-vectors.js'
import { itKeepsTheLawsOfDatagrams } from '../support/datagram-laws.js'

describe('the codec of BACnet/IPv6', () => {
  itKeepsTheLawsOfDatagrams({
    type: 0x82,
    codes: Bvll6Function,
    decode: decodeBvll6,
    encode: encodeBvll6,
    anyMessage: anyBvll6,
    anyDatagram: anyDatagram6,
    vectors: validBvll6,
    requests: [0x09, 0x0a, 0x0c],
    takes: {
      0x00: payload => payload === 3 + 2,
      0x01: payload => payload >= 3 + 3 + 2,
      0x02: payload => payload >= 3 + 2,
      0x03: payload => payload === 3 + 3,
      0x04: payload => payload === 3 + 3 + 18,
      0x05: payload => payload === 3 + 3,
      0x06: payload => payload === 3,
      0x07: payload => payload === 3 + 3,
      0x08: payload => payload >= 3 + 18 + 2,
      0x09: payload => payload === 3 + 2,
      0x0a: payload => payload === 3 + 18,
      0x0b: () => true,
      0x0c: payload => payload >= 3 + 2,
    },
    carriers: {
      0x01: { at: 10, isBroadcast: false },
      0x02: { at: 7, isBroadcast: true },
      0x08: { at: 25, isBroadcast: true },
      0x0c: { at: 7, isBroadcast: true, nak: 0xc0 },
    },
  })
})

describe('any VMAC', () => {
  it.each(['000000', '3fffff', '800000', 'ffffff'])('is read from a message, be it %s', vmac => {
    expect(decodeBvll6(Buffer.from(`82060007${vmac}`, 'hex'))).toMatchObject({ right: { source: vmac } })
  })
})
