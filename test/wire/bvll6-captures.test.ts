import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { decodeBvll } from '../../src/wire/bvll-decode.js'
import { encodeBvll } from '../../src/wire/bvll-encode.js'
import { decodeBvll6 } from '../../src/wire/bvll6-decode.js'
import { encodeBvll6 } from '../../src/wire/bvll6-encode.js'
import { bip6 } from '../support/bvll6-vectors.js'
import { ip6Captures, routerCaptures } from '../support/captures.js'
import { isOverIpv6, type OnTheWire } from '../support/udp-packet.js'
import { toHex } from '../support/vectors.js'

/** What we make of a datagram of that network: its function and its octets as we encode them, or what is wrong with it. */
const readBy = (datagram: OnTheWire): readonly string[] => {
  const { octets } = datagram
  if (isOverIpv6(datagram)) {
    const message = decodeBvll6(octets)
    return E.isRight(message) ? [message.right._tag, toHex(encodeBvll6(message.right))] : [message.left.fault]
  }
  const message = decodeBvll(octets)
  return E.isRight(message) ? [message.right._tag, toHex(encodeBvll(message.right))] : [message.left.fault]
}

const captures = [...ip6Captures, ...routerCaptures]

/** A Confirmed-Request for everybody, which nobody may accept, from the VMAC of a device without instance. */
const CONFIRMED_BY_BROADCAST = '820200183fffff0124ffff00ff0005010c0c02000259194d'

describe.each(captures)('$name', ({ datagrams }) => {
  it('is understood, and encoded by us as it was by them, datagram for datagram', () => {
    for (const datagram of datagrams) {
      const hex = toHex(datagram.octets)
      expect(readBy(datagram), `${datagram.from} to ${datagram.to} at ${datagram.at} s`).toEqual(
        hex === CONFIRMED_BY_BROADCAST ? ['CONFIRMED_REQUEST_BY_BROADCAST'] : [expect.any(String), hex],
      )
    }
  })

  it('is in the order of time', () => {
    const times = datagrams.map(({ at }) => at)
    expect(times).toEqual(times.toSorted((one, other) => one - other))
  })
})

describe('captures of BACnet/IPv6', () => {
  const countOf = (datagrams: readonly OnTheWire[]): Readonly<Record<string, number>> => {
    const functions = datagrams.map(datagram => readBy(datagram)[0] ?? '')
    return Object.fromEntries([...new Set(functions)].map(each => [each, functions.filter(one => one === each).length]))
  }

  it('are of resolutions and of a router, and none is missing', () => {
    expect(captures.map(({ name, datagrams }) => [name, countOf(datagrams)])).toEqual([
      [
        'ip6-address-resolution',
        {
          'Original-Broadcast-NPDU': 2,
          'Address-Resolution': 3,
          'Address-Resolution-ACK': 2,
          'Original-Unicast-NPDU': 4,
          CONFIRMED_REQUEST_BY_BROADCAST: 4,
        },
      ],
      ['router-ip-ip6', { 'Original-Broadcast-NPDU': 4, 'Original-Unicast-NPDU': 8 }],
    ])
  })

  it('ask before each first unicast, and send it to where the answer came from', () => {
    const datagrams = ip6Captures[0]?.datagrams ?? []
    const asker = bip6('[fd77::3]:47808')
    const answers = new Map<string, string>()
    let unicasts = 0
    for (const { from, to, octets } of datagrams) {
      const message = decodeBvll6(octets)
      if (E.isLeft(message)) continue
      if (message.right._tag === 'Address-Resolution-ACK') answers.set(message.right.source, from)
      if (message.right._tag === 'Original-Unicast-NPDU' && from === asker) {
        expect(answers.get(message.right.destination)).toBe(to)
        unicasts++
      }
    }
    expect(unicasts).toBe(2)
  })
})
