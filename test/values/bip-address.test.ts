import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import {
  BACNET_PORT,
  bipAddress,
  ipOf,
  isStation,
  parseBipAddress,
  parseStation,
  portOf,
  printBipAddress,
  StationFromText,
  type BipAddress,
} from '../../src/values/bip-address.js'
import { ipv4, isHost } from '../../src/values/ipv4.js'
import { anyBipAddress, anyIpv4 } from '../support/bvll-arbitraries.js'
import { failureOf } from './io-ts-failure.js'

const STATION = 'c0a8010abac0' as BipAddress

describe('a B/IP address', () => {
  it('is six octets in hex: IPv4 address, port', () => {
    expect(bipAddress(ipv4(0xc0a8010a), BACNET_PORT)).toBe(STATION)
    expect(bipAddress(ipv4(0), 0)).toBe('000000000000')
    expect(bipAddress(ipv4(0xffffffff), 0xffff)).toBe('ffffffffffff')
  })

  it('gives back what it was made of', () => {
    fc.assert(
      fc.property(anyIpv4(), fc.nat(0xffff), (ip, port) => {
        const address = bipAddress(ip, port)
        expect([ipOf(address), portOf(address)]).toEqual([ip, port])
        expect(address).toMatch(/^[0-9a-f]{12}$/u)
      }),
    )
  })

  it('is read again as it was printed', () => {
    fc.assert(
      fc.property(anyBipAddress(), address => {
        expect(parseBipAddress(printBipAddress(address))).toEqual(E.right(address))
      }),
    )
    expect(printBipAddress(STATION)).toBe('192.168.1.10:47808')
  })

  it('has the port that is given where its text has none', () => {
    expect(parseBipAddress('192.168.1.10', BACNET_PORT)).toEqual(E.right(STATION))
    expect(parseBipAddress('192.168.1.10:1', BACNET_PORT)).toEqual(E.right('c0a8010a0001'))
    expect(parseBipAddress('0.0.0.0:0')).toEqual(E.right('000000000000'))
    expect(parseBipAddress('255.255.255.255:65535')).toEqual(E.right('ffffffffffff'))
  })

  it.each([
    '',
    ':47808',
    '192.168.1.10',
    '192.168.1.10:',
    '192.168.1.10:65536',
    '192.168.1.10:99999',
    '192.168.1.10:100000',
    '192.168.1.10:0bac0',
    '192.168.1.10:0xbac0',
    '192.168.1.10:047808',
    '192.168.1.10:-1',
    '192.168.1.10:4 7',
    '192.168.1.10:1:2',
    '192.168.1.10:47808\n',
    ' 192.168.1.10:47808',
    '192.168.1.256:47808',
    '[192.168.1.10]:47808',
    'bbmd.example:47808',
    'c0a8010abac0',
  ])('is not read from %j', text => {
    expect(parseBipAddress(text)).toEqual(E.left(`'${text}' is not an address such as 192.168.1.10:47808`))
  })
})

describe('the address of one station', () => {
  it.each([
    '0.0.0.0:47808',
    '0.1.2.3:5',
    '0.255.255.255:47808',
    '224.0.0.0:47808',
    '239.255.186.192:47808',
    '240.0.0.1:47808',
    '255.255.255.255:47808',
    '192.168.1.10:0',
  ])('is not %s', text => {
    expect(parseStation(text)).toEqual(E.left(`'${text}' cannot be the address of one station`))
    expect(parseBipAddress(text)).toMatchObject({ _tag: 'Right' })
  })

  it.each(['1.0.0.0:1', '9.255.255.255:47808', '10.0.0.1:47808', '127.0.0.1:256', '223.255.255.255:65535'])(
    'can be %s',
    text => {
      expect(E.isRight(parseStation(text))).toBe(true)
    },
  )

  it('is that of a host, with a port', () => {
    fc.assert(
      fc.property(anyBipAddress(), address => {
        expect(isStation(address)).toBe(isHost(ipOf(address)) && portOf(address) > 0)
      }),
    )
  })

  it.each(['10.0.1.5:47808', '1.2.3.4:5678', '10.0.0.1:123', '0a000105bac', '0a000105bac00', '', undefined])(
    'is not %s, which is none at all',
    given => {
      expect(isStation(given as BipAddress)).toBe(false)
    },
  )

  it('is any other', () => {
    fc.assert(
      fc.property(anyBipAddress(), address => {
        expect(E.isRight(parseStation(printBipAddress(address)))).toBe(isStation(address))
      }),
    )
    expect(parseStation('nonsense')).toEqual(parseBipAddress('nonsense'))
  })

  it('has an io-ts codec', () => {
    expect(StationFromText.decode('192.168.1.10:47808')).toEqual(E.right(STATION))
    expect(StationFromText.encode(STATION)).toBe('192.168.1.10:47808')
    expect(failureOf(StationFromText, '0.0.0.0:1')).toContain('one station')
    expect(failureOf(StationFromText, 42)).toBe('B/IP address must be text')
    expect(StationFromText.is(STATION)).toBe(true)
    expect(StationFromText.is('192.168.1.10:47808')).toBe(false)
  })
})
