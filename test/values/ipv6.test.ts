import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { isIPv6 } from 'node:net'
import { describe, expect, it } from 'vitest'
import { ANY_IPV6, ipv6, parseIpv6, printIpv6, splitZone, type Ipv6 } from '../../src/values/ipv6.js'
import { anyOctets } from '../support/arbitraries.js'
import { anyIpv6 } from '../support/bvll6-arbitraries.js'
import { ipHex, ipText } from '../support/ipv6-text.js'
import { right } from '../support/right.js'
import { toHex } from '../support/vectors.js'

const read = (text: string): Ipv6 => right(parseIpv6(text))

describe('an IPv6 address', () => {
  it.each([
    ['2001:db8::1', '20010db8000000000000000000000001'],
    ['2001:0DB8:0000:0000:0000:0000:0000:0001', '20010db8000000000000000000000001'],
    ['fe80::1234', 'fe800000000000000000000000001234'],
    ['ff02::bac0', 'ff02000000000000000000000000bac0'],
    ['::', '00000000000000000000000000000000'],
    ['::1', '00000000000000000000000000000001'],
    ['1::', '00010000000000000000000000000000'],
    ['1:2:3:4:5:6:7:8', '00010002000300040005000600070008'],
    ['1:2:3:4:5:6:7::', '00010002000300040005000600070000'],
    ['::2:3:4:5:6:7:8', '00000002000300040005000600070008'],
    ['1::3:4:5:6:7:8', '00010000000300040005000600070008'],
    ['::ffff:192.0.2.1', '00000000000000000000ffffc0000201'],
    ['::192.0.2.1', '000000000000000000000000c0000201'],
    ['64:ff9b::192.0.2.33', '0064ff9b0000000000000000c0000221'],
    ['1:2:3:4:5:6:255.255.255.255', '000100020003000400050006ffffffff'],
    ['1::6:0.0.0.1', '00010000000000000000000600000001'],
  ])('is read from %s', (text, hex) => {
    expect(read(text)).toBe(hex)
    expect(ipHex(text)).toBe(hex)
  })

  it.each([
    '',
    ':',
    ':::',
    '::::',
    '1',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '::1:2:3:4:5:6:7:8',
    '1:2:3:4::5:6:7:8',
    '1::2::3',
    ':1:2:3:4:5:6:7:8',
    '1:2:3:4:5:6:7:8:',
    ':1::',
    '1::2:',
    '1:::2',
    '12345::',
    '00001::',
    'g::',
    '-1::',
    '+1::',
    '0x1::',
    ' ::1',
    '::1 ',
    '::1\n',
    '١::',
    '[::1]',
    '::1/64',
    'fe80::1%eth0',
    'fe80::1%',
    '%',
    '192.0.2.1',
    '::192.0.2',
    '::192.0.2.256',
    '::192.0.2.01',
    '::192.0.2.1:1',
    '192.0.2.1::',
    '1:2:3:4:5:6:7:192.0.2.1',
    '1:2:3:4:5:6:7::192.0.2.1',
    '1:2:3:4:5:192.0.2.1',
    '::ffff:1.2.3.4.5',
    'localhost',
  ])('is not read from %j', text => {
    expect(parseIpv6(text)).toEqual(E.left(`'${text}' is not an IPv6 address such as 2001:db8::1`))
    expect(isIPv6(text.replace('%eth0', '%'))).toBe(false)
  })

  it('is read wherever Node reads one, and only there', () => {
    const pieces = fc.constantFrom(':', ':', '::', '0', '1', 'ffff', 'DB8', '12345', '192.0.2.1', '1.2', 'g', '.')
    let read = 0
    fc.assert(
      fc.property(
        fc.array(pieces, { maxLength: 16 }).map(all => all.join('')),
        text => {
          const address = parseIpv6(text)
          expect(E.isRight(address)).toBe(isIPv6(text))
          if (E.isLeft(address)) return
          expect(address.right).toBe(ipHex(text))
          read++
        },
      ),
      { numRuns: 5000 },
    )
    expect(read).toBeGreaterThan(20)
  })

  it('is read again as it was printed, and printed as others print it', () => {
    fc.assert(
      fc.property(anyIpv6(), ip => {
        const text = printIpv6(ip)
        expect(read(text)).toBe(ip)
        if (!text.includes('.')) expect(text).toBe(ipText(ip))
      }),
      { numRuns: 1000 },
    )
  })

  it.each([
    ['2001:db8:0:0:0:0:2:1', '2001:db8::2:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:DB8::ABCD', '2001:db8::abcd'],
    ['0:0:1:0:0:0:0:0', '0:0:1::'],
    ['::ffff:c000:201', '::ffff:192.0.2.1'],
    ['::ffff:0:0', '::ffff:0.0.0.0'],
    ['::c000:201', '::c000:201'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['1:0:0:0:0:0:0:0', '1::'],
    ['0:2:3:4:5:6:7:8', '0:2:3:4:5:6:7:8'],
    ['00a0:0b00:c000:000d:1:1:1:1', 'a0:b00:c000:d:1:1:1:1'],
  ])('%s is printed as %s', (text, printed) => {
    expect(printIpv6(read(text))).toBe(printed)
  })

  it('is made of sixteen octets', () => {
    fc.assert(
      fc.property(anyOctets(16, 16), octets => {
        expect(ipv6(octets)).toBe(toHex(octets))
      }),
    )
    expect(ipv6(new Uint8Array(16))).toBe(ANY_IPV6)
  })
})

describe('the zone of an address', () => {
  it.each([
    ['fe80::1%eth0', 'fe80::1', 'eth0'],
    ['fe80::1%3', 'fe80::1', '3'],
    ['[fe80::1%eth0]:47808', '[fe80::1]:47808', 'eth0'],
    ['[fe80::1%br-0.5%x]:47808', '[fe80::1]:47808', 'br-0.5%x'],
    ['ff02::bac0%eth0', 'ff02::bac0', 'eth0'],
    ['fe80::1', 'fe80::1', undefined],
    ['[fe80::1]:47808', '[fe80::1]:47808', undefined],
    ['fe80::1%', 'fe80::1%', undefined],
    ['[fe80::1%]:47808', '[fe80::1%]:47808', undefined],
    ['', '', undefined],
  ])('is taken out of %j', (zoned, text, zone) => {
    expect(splitZone(zoned)).toEqual({ text, zone })
  })
})
