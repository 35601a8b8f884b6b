import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import {
  areNeighbours,
  broadcastMask,
  broadcastOf,
  hasBroadcast,
  isSubnetMask,
  parseBroadcastMask,
  printBroadcastMask,
  TWO_HOP_MASK,
  type BroadcastMask,
} from '../../src/values/broadcast-mask.js'
import { ipv4, parseIpv4, printIpv4, type Ipv4 } from '../../src/values/ipv4.js'
import { anyIpv4, anyMask, anySubnetMask } from '../support/bvll-arbitraries.js'

const ip = (text: string): Ipv4 => {
  const read = parseIpv4(text)
  expect.assert(E.isRight(read), text)
  return read.right
}

const mask = (text: string): BroadcastMask => broadcastMask(ip(text))

describe('a mask', () => {
  it('of any subnet is read again as it was printed', () => {
    fc.assert(
      fc.property(anySubnetMask(), one => {
        expect(parseBroadcastMask(printBroadcastMask(one))).toEqual(E.right(one))
      }),
    )
  })

  it.each(['255.0.255.0', '0.255.255.255', '255.255.255.253', '0.0.0.1', '254.255.0.0'])(
    '%s has a 1 behind a 0, and is not read',
    text => {
      expect(parseBroadcastMask(text)).toEqual(E.left(`'${text}' is not a mask: after its first 0 bit comes a 1`))
    },
  )

  it('without a 1 is not read', () => {
    expect(parseBroadcastMask('0.0.0.0')).toEqual(E.left("'0.0.0.0' is not a mask: it has no 1 bit"))
  })

  it.each(['', '24', '/24', '255.255.255', '255.255.255.0/24', '255.255.255.00', 'ffffff00'])(
    'is not read from %j',
    text => {
      expect(parseBroadcastMask(text)).toEqual(E.left(`'${text}' is not a mask such as 255.255.255.0`))
    },
  )

  it('is that of a subnet exactly where it is read', () => {
    expect(
      [0, 1, 0xff00ff00, 0xfffffffd, 0x80000000, 0xfffffffe, TWO_HOP_MASK].map(bits =>
        isSubnetMask(broadcastMask(bits)),
      ),
    ).toEqual([false, false, false, false, true, true, true])
    fc.assert(
      fc.property(fc.oneof(anyMask(), anySubnetMask()), one => {
        expect(isSubnetMask(one)).toBe(E.isRight(parseBroadcastMask(printBroadcastMask(one))))
      }),
    )
  })

  it('has no broadcast address where it leaves room for two hosts or one', () => {
    expect(
      [0x80000000, 0xffffff00, 0xfffffffc, 0xfffffffe, TWO_HOP_MASK].map(bits => hasBroadcast(broadcastMask(bits))),
    ).toEqual([true, true, true, false, false])
  })

  it('is printed with any bits that came on the wire', () => {
    expect(printBroadcastMask(broadcastMask(0xff00ff01))).toBe('255.0.255.1')
  })
})

describe('the broadcast address of a subnet', () => {
  it.each([
    ['10.1.2.3', '255.255.0.0', '10.1.255.255'],
    ['192.168.1.10', '255.255.255.0', '192.168.1.255'],
    ['192.168.1.10', '255.255.255.255', '192.168.1.10'],
    ['192.168.1.130', '255.255.255.128', '192.168.1.255'],
    ['192.168.1.10', '255.255.255.252', '192.168.1.11'],
    ['223.1.2.3', '128.0.0.0', '255.255.255.255'],
  ])('%s with mask %s is %s', (address, subnet, expected) => {
    expect(printIpv4(broadcastOf(ip(address), mask(subnet)))).toBe(expected)
  })

  it('has the bits of the address where the mask has ones, and ones elsewhere, whatever the mask', () => {
    fc.assert(
      fc.property(anyIpv4(), anyMask(), (address, any) => {
        const [broadcast, its, ones] = [broadcastOf(address, any), address, any].map(number => BigInt(number))
        expect.assert(broadcast !== undefined && its !== undefined && ones !== undefined)
        expect(broadcast & ones).toBe(its & ones)
        expect(broadcast | ones).toBe(0xffffffffn)
      }),
    )
  })

  it('is the address itself with a mask of all ones, and nobody else is a neighbour', () => {
    fc.assert(
      fc.property(anyIpv4(), anyIpv4(), (one, other) => {
        expect(broadcastOf(one, TWO_HOP_MASK)).toBe(one)
        expect(areNeighbours(one, other, TWO_HOP_MASK)).toBe(one === other)
      }),
    )
  })

  it('is the same for all neighbours, and for nobody else', () => {
    fc.assert(
      fc.property(anyIpv4(), anyIpv4(), anySubnetMask(), fc.boolean(), (one, far, subnet, near) => {
        const other = near ? ipv4((one & subnet) | (far & ~subnet)) : far
        const same = broadcastOf(one, subnet) === broadcastOf(other, subnet)
        expect(areNeighbours(one, other, subnet)).toBe(same)
        if (near) expect(same).toBe(true)
      }),
    )
  })
})
