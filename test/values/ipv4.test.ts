import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { ANY_IPV4, ipv4, isHost, LIMITED_BROADCAST, parseIpv4, printIpv4, type Ipv4 } from '../../src/values/ipv4.js'
import { anyIpv4 } from '../support/bvll-arbitraries.js'

const read = (text: string): Ipv4 => {
  const ip = parseIpv4(text)
  expect.assert(E.isRight(ip), text)
  return ip.right
}

describe('an IPv4 address', () => {
  it('is the number that its octets make', () => {
    expect(read('192.168.1.10')).toBe(0xc0a8010a)
    expect(read('0.0.0.0')).toBe(ANY_IPV4)
    expect(read('255.255.255.255')).toBe(LIMITED_BROADCAST)
  })

  it('is read again as it was printed', () => {
    fc.assert(
      fc.property(anyIpv4(), ip => {
        expect(read(printIpv4(ip))).toBe(ip)
        expect(printIpv4(ip)).toBe(new URL(`http://${ip}`).hostname)
      }),
    )
  })

  it.each([
    '',
    '1.2.3',
    '1.2.3.4.5',
    '256.1.1.1',
    '1.2.3.256',
    '01.2.3.4',
    '1.2.3.04',
    '0x1.2.3.4',
    '1.2.3.-4',
    '1..3.4',
    '1.2.3.4 ',
    ' 1.2.3.4',
    '1.2.3.4\n',
    '3232235786',
    '١.2.3.4',
    'localhost',
    '::ffff:1.2.3.4',
  ])('is not read from %j', text => {
    expect(parseIpv4(text)).toEqual(E.left(`'${text}' is not an IPv4 address such as 192.168.1.10`))
  })

  it('is made of the lowest 32 bits of a number, without a sign', () => {
    expect([ipv4(-1), ipv4(2 ** 32 + 5), ipv4(0x80000000 | 0)]).toEqual([0xffffffff, 5, 0x80000000])
  })

  it.each([
    ['1.0.0.0', true],
    ['10.0.0.1', true],
    ['127.0.0.1', true],
    ['223.255.255.255', true],
    ['0.0.0.0', false],
    ['0.255.255.255', false],
    ['224.0.0.0', false],
    ['239.255.186.192', false],
    ['240.0.0.1', false],
    ['255.255.255.255', false],
  ])('%s can be that of a host: %s', (text, expected) => {
    expect(isHost(read(text))).toBe(expected)
  })
})
