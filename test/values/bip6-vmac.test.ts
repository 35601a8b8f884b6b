import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import {
  instanceBip6Vmac,
  isRandomBip6Vmac,
  MAX_DEVICE_INSTANCE,
  OwnBip6VmacFromText,
  parseBip6Vmac,
  parseOwnBip6Vmac,
  printBip6Vmac,
  randomBip6Vmac,
  type Bip6Vmac,
} from '../../src/values/bip6-vmac.js'
import { anyOctets } from '../support/arbitraries.js'
import { anyBip6Vmac } from '../support/bvll6-arbitraries.js'
import { failureOf } from './io-ts-failure.js'

const VMAC = '00025a' as Bip6Vmac

describe('a VMAC of BACnet/IPv6', () => {
  it.each(['00025a', '00:02:5a', '00-02-5a', '00025A', '00:02:5A'])('is read from %s', text => {
    expect(parseBip6Vmac(text)).toEqual(E.right(VMAC))
  })

  it.each([
    '',
    '00:02',
    '00:02:5a:00',
    '00:02-5a',
    '0002:5a',
    '0:2:5a',
    '602',
    '00025g',
    ' 00025a',
    '00025a\n',
    '0x025a',
  ])('is not read from %j', text => {
    expect(parseBip6Vmac(text)).toEqual(E.left(`'${text}' is not a VMAC such as 00025a`))
  })

  it('is read again as it was printed', () => {
    fc.assert(
      fc.property(anyBip6Vmac(), vmac => {
        expect(parseBip6Vmac(printBip6Vmac(vmac))).toEqual(E.right(vmac))
      }),
    )
  })

  it.each([
    [0, '000000'],
    [602, '00025a'],
    [1234, '0004d2'],
    [4_194_302, '3ffffe'],
  ])('of device %d is %s', (instance, vmac) => {
    expect(instanceBip6Vmac(instance)).toEqual(E.right(vmac))
  })

  it.each([4_194_303, 4_194_304, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])(
    'of device %d there is not',
    instance => {
      expect(instanceBip6Vmac(instance)).toEqual(E.left(`${instance} is not a device instance from 0 to 4194302`))
    },
  )

  it('of any device is its instance, high octet first, and nothing that chance would draw', () => {
    fc.assert(
      fc.property(fc.nat(MAX_DEVICE_INSTANCE), instance => {
        const vmac = instanceBip6Vmac(instance)
        expect.assert(E.isRight(vmac))
        expect(Buffer.from(vmac.right, 'hex').readUIntBE(0, 3)).toBe(instance)
        expect(isRandomBip6Vmac(vmac.right)).toBe(false)
      }),
    )
  })
})

describe('a random VMAC', () => {
  it('has the bits 01, and otherwise those that chance has drawn', () => {
    fc.assert(
      fc.property(anyOctets(3, 3), chance => {
        const vmac = randomBip6Vmac({ octets: count => chance.slice(0, count), fraction: () => 0 })
        const drawn = Buffer.from(chance).readUIntBE(0, 3)
        expect(Number.parseInt(vmac, 16)).toBe(0x400000 + (drawn % 0x400000))
        expect(isRandomBip6Vmac(vmac)).toBe(true)
        expect(parseOwnBip6Vmac(vmac)).toEqual(E.right(vmac))
      }),
    )
  })

  it.each([
    ['3fffff', false],
    ['400000', true],
    ['5a1234', true],
    ['7fffff', true],
    ['800000', false],
    ['ffffff', false],
    ['000000', false],
  ])('is %s: %s', (vmac, expected) => {
    expect(isRandomBip6Vmac(vmac as Bip6Vmac)).toBe(expected)
  })
})

describe('the VMAC of a node', () => {
  it.each(['3fffff', '800000', 'c00000', 'ff:ff:ff'])('is not %s', text => {
    expect(parseOwnBip6Vmac(text)).toEqual(
      E.left(`'${text}' is neither a device instance nor a random VMAC and cannot be a node's own`),
    )
    expect(parseBip6Vmac(text)).toMatchObject({ _tag: 'Right' })
  })

  it.each(['000000', '3ffffe', '400000', '7fffff'])('is %s', text => {
    expect(parseOwnBip6Vmac(text)).toEqual(E.right(text))
  })

  it('is read as any is', () => {
    expect(parseOwnBip6Vmac('nonsense')).toEqual(parseBip6Vmac('nonsense'))
  })

  it('has an io-ts codec', () => {
    expect(OwnBip6VmacFromText.decode('00-02-5A')).toEqual(E.right(VMAC))
    expect(OwnBip6VmacFromText.encode(VMAC)).toBe('00025a')
    expect(failureOf(OwnBip6VmacFromText, '3fffff')).toContain('device instance')
    expect(failureOf(OwnBip6VmacFromText, 42)).toBe('VMAC must be text')
    expect(OwnBip6VmacFromText.is(VMAC)).toBe(true)
    expect(OwnBip6VmacFromText.is('00:02:5a')).toBe(false)
  })
})
