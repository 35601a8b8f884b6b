import fc from 'fast-check'
import { expect, test } from 'vitest'
import { toHex } from '../../src/values/hex.js'
import { bip6AddressAt, bip6VmacAt } from '../../src/wire/bvll6-addresses.js'

const octet = fc.integer({ min: 0, max: 0xff })

test('a VMAC is its hex digits, whichever others with the same last digits were read before', () => {
  fc.assert(
    fc.property(octet, octet, fc.array(fc.tuple(octet, octet), { minLength: 1 }), (low, before, others) => {
      for (const [high, middle] of others) {
        const octets = Uint8Array.of(before, high, middle, low)
        expect(bip6VmacAt(octets, 1)).toBe(toHex(octets.subarray(1)))
        const again = Uint8Array.of(high, middle & 0xf, low)
        expect(bip6VmacAt(again, 0)).toBe(toHex(again))
      }
    }),
  )
})

test('the lowest and the highest VMAC are read as any other', () => {
  expect(bip6VmacAt(Uint8Array.of(0, 0, 0), 0)).toBe('000000')
  expect(bip6VmacAt(Uint8Array.of(0xff, 0xff, 0xff), 0)).toBe('ffffff')
})

test('a B/IPv6 address is its hex digits', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 18, maxLength: 18 }), octets => {
      expect(bip6AddressAt(Uint8Array.of(1, 2, ...octets), 2)).toBe(toHex(octets))
    }),
  )
})

test('a B/IPv6 address is read as it is after others that are kept at the same place', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 18, maxLength: 18 }), fc.array(octet, { minLength: 1 }), (octets, masks) => {
      for (const mask of masks) {
        const other = octets.map((value, index) => (index === 15 || index === 17 ? value ^ mask : value))
        expect(bip6AddressAt(other, 0)).toBe(toHex(other))
        expect(bip6AddressAt(octets, 0)).toBe(toHex(octets))
      }
    }),
  )
})

test('the lowest and the highest B/IPv6 address are read as any other', () => {
  expect(bip6AddressAt(new Uint8Array(18), 0)).toBe('0'.repeat(36))
  expect(bip6AddressAt(new Uint8Array(18).fill(0xff), 0)).toBe('f'.repeat(36))
})
