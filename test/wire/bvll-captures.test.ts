import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { decodeBvll } from '../../src/wire/bvll-decode.js'
import { encodeBvll } from '../../src/wire/bvll-encode.js'
import { ipCaptures, type CapturedDatagram, type IpCapture } from '../support/captures.js'
import { toHex } from '../support/vectors.js'

const inWords = ({ from, to, at, octets }: CapturedDatagram): string => `${from} to ${to} at ${at} s: ${toHex(octets)}`

const functionsOf = ({ datagrams }: IpCapture): readonly string[] => {
  const functions = datagrams.map(({ octets }) => {
    const message = decodeBvll(octets)
    return E.isRight(message) ? message.right._tag : message.left.fault
  })
  return [...new Set(functions)].sort()
}

describe.each(ipCaptures)('$name', ({ datagrams }) => {
  it('is understood, and encoded by us as it was by them, datagram for datagram', () => {
    for (const datagram of datagrams) {
      const message = decodeBvll(datagram.octets)
      expect(message, inWords(datagram)).toMatchObject({ _tag: 'Right' })
      expect(E.isRight(message) && toHex(encodeBvll(message.right)), inWords(datagram)).toBe(toHex(datagram.octets))
    }
  })

  it('is in the order of time', () => {
    const times = datagrams.map(({ at }) => at)
    expect(times).toEqual(times.toSorted((one, other) => one - other))
  })
})

describe('captures', () => {
  it('are of a foreign device and of two BBMDs, and none is missing', () => {
    expect(ipCaptures.map(capture => [capture.name, capture.datagrams.length, functionsOf(capture)])).toEqual([
      [
        'ip-bbmd-foreign-device',
        15,
        [
          'BVLC-Result',
          'Distribute-Broadcast-To-Network',
          'Forwarded-NPDU',
          'Original-Broadcast-NPDU',
          'Original-Unicast-NPDU',
          'Read-Broadcast-Distribution-Table',
          'Read-Broadcast-Distribution-Table-Ack',
          'Read-Foreign-Device-Table',
          'Read-Foreign-Device-Table-Ack',
          'Register-Foreign-Device',
        ],
      ],
      [
        'ip-two-bbmds',
        10,
        [
          'Forwarded-NPDU',
          'Original-Broadcast-NPDU',
          'Original-Unicast-NPDU',
          'Read-Broadcast-Distribution-Table',
          'Read-Broadcast-Distribution-Table-Ack',
        ],
      ],
    ])
  })
})
