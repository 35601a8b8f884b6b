import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { haveSamePrefix } from '../../src/values/ipv6-prefix.js'
import { ipv6, parseIpv6, type Ipv6 } from '../../src/values/ipv6.js'
import { right } from '../support/right.js'

const ip = (text: string): Ipv6 => right(parseIpv6(text))

describe('two IPv6 addresses', () => {
  it('are neighbours when they begin with the same bits', () => {
    expect(haveSamePrefix(ip('2001:db8::1'), ip('2001:db8::ffff'), 64)).toBe(true)
    expect(haveSamePrefix(ip('2001:db8::1'), ip('2001:db8:0:1::1'), 64)).toBe(false)
    expect(haveSamePrefix(ip('2001:db8:0:4::'), ip('2001:db8:0:7::'), 62)).toBe(true)
    expect(haveSamePrefix(ip('2001:db8:0:4::'), ip('2001:db8:0:8::'), 62)).toBe(false)
    expect(haveSamePrefix(ip('::1'), ip('ffff::'), 0)).toBe(true)
    expect(haveSamePrefix(ip('::1'), ip('::1'), 128)).toBe(true)
    expect(haveSamePrefix(ip('::1'), ip('::'), 128)).toBe(false)
  })

  it('are so as arithmetic has it', () => {
    const address = fc.uint8Array({ minLength: 16, maxLength: 16 }).map(ipv6)
    const near = fc.tuple(address, fc.nat(127)).map(([one, bit]) => {
      const flipped = BigInt(`0x${one}`) ^ (1n << BigInt(bit))
      return [one, flipped.toString(16).padStart(32, '0') as Ipv6] as const
    })
    fc.assert(
      fc.property(fc.oneof(near, fc.tuple(address, address)), fc.nat(128), ([one, other], length) => {
        const differing = (BigInt(`0x${one}`) ^ BigInt(`0x${other}`)) >> BigInt(128 - length)
        expect(haveSamePrefix(one, other, length)).toBe(differing === 0n)
      }),
    )
  })
})
