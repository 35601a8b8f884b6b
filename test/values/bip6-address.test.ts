import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { BACNET_PORT } from '../../src/values/bip-address.js'
import {
  bip6Address,
  ip6Of,
  isLinkLocal,
  isLoopback,
  isMulticast,
  isStation6,
  isUniqueLocal,
  parseBip6Address,
  parseStation6,
  port6Of,
  printBip6Address,
  Station6FromText,
  type Bip6Address,
} from '../../src/values/bip6-address.js'
import { BACNET_GROUP, GroupFromText, parseGroup } from '../../src/values/bip6-group.js'
import { parseIpv6, splitZone, type Ipv6 } from '../../src/values/ipv6.js'
import { anyBip6Address, anyIpv6 } from '../support/bvll6-arbitraries.js'
import { right } from '../support/right.js'
import { failureOf } from './io-ts-failure.js'

const STATION = '20010db8000000000000000000000050bac0' as Bip6Address

const read = (text: string): Bip6Address => right(parseBip6Address(text))

describe('a B/IPv6 address', () => {
  it('is eighteen octets in hex: IPv6 address, port', () => {
    expect(bip6Address(right(parseIpv6('2001:db8::50')), BACNET_PORT)).toBe(STATION)
    expect(read('[::]:0')).toBe('0'.repeat(36))
    expect(read('[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535')).toBe('f'.repeat(36))
  })

  it('gives back what it was made of', () => {
    fc.assert(
      fc.property(anyIpv6(), fc.nat(0xffff), (ip, port) => {
        const address = bip6Address(ip, port)
        expect([ip6Of(address), port6Of(address)]).toEqual([ip, port])
        expect(address).toMatch(/^[0-9a-f]{36}$/u)
      }),
    )
  })

  it('is read again as it was printed', () => {
    fc.assert(
      fc.property(anyBip6Address(), address => {
        expect(parseBip6Address(printBip6Address(address))).toEqual(E.right(address))
      }),
    )
    expect(printBip6Address(STATION)).toBe('[2001:db8::50]:47808')
  })

  it('has the port that is given where its text has none', () => {
    expect(parseBip6Address('[2001:db8::50]', BACNET_PORT)).toEqual(E.right(STATION))
    expect(parseBip6Address('[2001:db8::50]:1', BACNET_PORT)).toEqual(E.right(read('[2001:db8::50]:1')))
  })

  it.each([
    '',
    '[]:47808',
    '[]',
    ':47808',
    '2001:db8::50',
    '2001:db8::50:47808',
    '[2001:db8::50]',
    '[2001:db8::50]:',
    '[2001:db8::50]:65536',
    '[2001:db8::50]:100000',
    '[2001:db8::50]:0bac0',
    '[2001:db8::50]:047808',
    '[2001:db8::50]:-1',
    '[2001:db8::50]:4 7',
    '[2001:db8::50]:1:2',
    '[2001:db8::50]:47808\n',
    ' [2001:db8::50]:47808',
    '[2001:db8::50]]:47808',
    '[[2001:db8::50]:47808',
    '[2001:db8::5g]:47808',
    '[fe80::1%eth0]:47808',
    '[bbmd.example]:47808',
    '192.168.1.10:47808',
    '20010db8000000000000000000000050bac0',
  ])('is not read from %j', text => {
    expect(parseBip6Address(text)).toEqual(E.left(`'${text}' is not an address such as [2001:db8::1]:47808`))
  })

  it('has no zone: it is read when that is split off', () => {
    expect(read(splitZone('[fe80::1%eth0]:47808').text)).toBe(read('[fe80::1]:47808'))
  })
})

const KINDS = { multicast: isMulticast, 'link-local': isLinkLocal, 'unique-local': isUniqueLocal, loopback: isLoopback }

describe.each([
  ['::', []],
  ['::1', ['loopback']],
  ['::2', []],
  ['::1:0', []],
  ['1::', []],
  ['2001:db8::1', []],
  ['fbff::', []],
  ['fc00::', ['unique-local']],
  ['fd77::1', ['unique-local']],
  ['fdff:ffff::', ['unique-local']],
  ['fe00::', []],
  ['fe7f:ffff::', []],
  ['fe80::1', ['link-local']],
  ['fea0::', ['link-local']],
  ['febf:ffff::', ['link-local']],
  ['fec0::', []],
  ['feff:ffff::', []],
  ['ff00::', ['multicast']],
  ['ff02::bac0', ['multicast']],
])('%s', (text, expected) => {
  it(`is ${expected.length === 0 ? 'of no special kind' : expected.join()}, alone and with a port`, () => {
    const kindsOf = (address: Ipv6 | Bip6Address): readonly string[] =>
      Object.entries(KINDS).flatMap(([kind, is]) => (is(address) ? [kind] : []))
    expect(kindsOf(right(parseIpv6(text)))).toEqual(expected)
    expect(kindsOf(read(`[${text}]:1`))).toEqual(expected)
  })
})

describe('the address of one station', () => {
  it.each(['[::]:47808', '[ff02::bac0]:47808', '[ff0e::bac0]:1', '[2001:db8::50]:0', '[::1]:0'])('is not %s', text => {
    expect(parseStation6(text)).toEqual(E.left(`'${text}' cannot be the address of one station`))
    expect(parseBip6Address(text)).toMatchObject({ _tag: 'Right' })
  })

  it.each(['[::1]:47808', '[fe80::1]:1', '[2001:db8::50]:65535', '[::2]:256'])('is %s', text => {
    expect(parseStation6(text)).toEqual(parseBip6Address(text))
    expect(parseStation6(text)).toMatchObject({ _tag: 'Right' })
  })

  it('is any other', () => {
    fc.assert(
      fc.property(anyBip6Address(), address => {
        expect(E.isRight(parseStation6(printBip6Address(address)))).toBe(isStation6(address))
      }),
    )
    expect(parseStation6('nonsense')).toEqual(parseBip6Address('nonsense'))
  })

  it('has an io-ts codec', () => {
    expect(Station6FromText.decode('[2001:DB8:0::50]:47808')).toEqual(E.right(STATION))
    expect(Station6FromText.encode(STATION)).toBe('[2001:db8::50]:47808')
    expect(failureOf(Station6FromText, '[::]:1')).toContain('one station')
    expect(failureOf(Station6FromText, 42)).toBe('B/IPv6 address must be text')
    expect(Station6FromText.is(STATION)).toBe(true)
    expect(Station6FromText.is('[2001:db8::50]:47808')).toBe(false)
  })
})

describe('the group of a port', () => {
  it('is of any scope', () => {
    expect(parseGroup('ff02::bac0')).toEqual(E.right(BACNET_GROUP))
    for (const text of ['ff01::bac0', 'ff05::bac0', 'ff0e::bac0', 'ff15::1']) {
      expect(parseGroup(text)).toEqual(parseIpv6(text))
    }
  })

  it.each(['ff00::bac0', 'ff0f::bac0', 'ff02::1', 'ff05::2'])('is not %s, which is reserved', text => {
    expect(parseGroup(text)).toEqual(E.left(`'${text}' is a reserved group`))
  })

  it.each(['', '::', '::1', '2001:db8::1', 'fe80::1', '[ff02::bac0]:47808', 'ff02::bac0%eth0', '239.255.0.1'])(
    'is not %j',
    text => {
      expect(parseGroup(text)).toEqual(E.left(`'${text}' is not a group such as ff02::bac0`))
    },
  )

  it('has an io-ts codec', () => {
    expect(GroupFromText.decode('FF02:0::BAC0')).toEqual(E.right(BACNET_GROUP))
    expect(GroupFromText.encode(BACNET_GROUP)).toBe('ff02::bac0')
    expect(failureOf(GroupFromText, 'fe80::1')).toContain('not a group')
  })
})
