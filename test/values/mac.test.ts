import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { bipAddress } from '../../src/values/bip-address.js'
import { instanceBip6Vmac } from '../../src/values/bip6-vmac.js'
import { ipv4 } from '../../src/values/ipv4.js'
import { isMac, macOf, parseMac } from '../../src/values/mac.js'
import { parseVmac } from '../../src/values/vmac.js'
import { anyMac } from '../support/npdu-arbitraries.js'
import { right } from '../support/right.js'

describe('a MAC address', () => {
  it.each([
    ['05', '05'],
    ['0A', '0a'],
    ['00025a', '00025a'],
    ['00:02:5A', '00025a'],
    ['0a000107bac0', '0a000107bac0'],
    ['0a:00:01:07:ba:c0', '0a000107bac0'],
    ['ff'.repeat(18), 'ff'.repeat(18)],
  ])('is read from %s', (text, mac) => {
    expect(parseMac(text)).toEqual(E.right(mac))
  })

  it.each([
    '',
    '5',
    'abc',
    '0g',
    '05:',
    ':05',
    '05::06',
    '0506:07',
    '05:0607',
    ' 05',
    '05\n',
    '10.0.1.7:47808',
    'ff'.repeat(19),
    'ff'.repeat(300),
  ])('is not read from %j', text => {
    expect(parseMac(text)).toEqual(E.left(`'${text}' is not a MAC address such as 05 or 0a:00:01:07:ba:c0`))
    expect(isMac(text)).toBe(false)
  })

  it('is that of a station of any kind of link', () => {
    expect(macOf(bipAddress(ipv4(0x0a000107), 47808))).toBe('0a000107bac0')
    expect(macOf(right(instanceBip6Vmac(602)))).toBe('00025a')
    expect(macOf(right(parseVmac('02:aa:bb:cc:dd:ee')))).toBe('02aabbccddee')
  })

  it('is read as it is written, whatever it is', () => {
    fc.assert(
      fc.property(anyMac(), mac => {
        expect(parseMac(mac)).toEqual(E.right(mac))
        expect(parseMac(mac.match(/../g)?.join(':') ?? '')).toEqual(E.right(mac))
      }),
    )
  })
})
