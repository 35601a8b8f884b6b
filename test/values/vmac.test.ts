import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import {
  BROADCAST_VMAC,
  DeviceVmacFromText,
  isReservedVmac,
  parseDeviceVmac,
  parseVmac,
  printVmac,
  randomVmac,
  UNKNOWN_VMAC,
  type Vmac,
} from '../../src/values/vmac.js'
import { anyOctets, anyVmac } from '../support/arbitraries.js'
import { failureOf } from './io-ts-failure.js'

const VMAC = '02aabbccddee' as Vmac

describe('a VMAC', () => {
  it.each(['02:aa:bb:cc:dd:ee', '02-aa-bb-cc-dd-ee', '02aabbccddee', '02:AA:BB:CC:DD:EE', '02AABBCCDDEE'])(
    'is read from %s',
    text => {
      expect(parseVmac(text)).toEqual(E.right(VMAC))
    },
  )

  it.each([
    '',
    '02:aa:bb:cc:dd',
    '02:aa:bb:cc:dd:ee:ff',
    '02:aa-bb:cc:dd:ee',
    '02aa:bb:cc:dd:ee',
    '2:aa:bb:cc:dd:ee',
    '02:aa:bb:cc:dd:eg',
    ' 02aabbccddee',
    '02aabbccddee\n',
    '02:aa:bb:cc:dd:ee:',
  ])('is not read from %j', text => {
    expect(parseVmac(text)).toEqual(E.left(`'${text}' is not a VMAC such as 02:aa:bb:cc:dd:ee`))
  })

  it('is read again as it was printed', () => {
    fc.assert(
      fc.property(anyVmac(), vmac => {
        expect(parseVmac(printVmac(vmac))).toEqual(E.right(vmac))
        expect(printVmac(vmac)).toMatch(/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/u)
      }),
    )
  })

  it('is reserved when it is all ones or all zeros', () => {
    expect([BROADCAST_VMAC, UNKNOWN_VMAC].map(isReservedVmac)).toEqual([true, true])
    expect(['fffffffffffe' as Vmac, '000000000001' as Vmac].map(isReservedVmac)).toEqual([false, false])
  })

  it('is drawn with the low nibble 2 of Random-48, and otherwise as chance has it', () => {
    fc.assert(
      fc.property(anyOctets(6, 6), chance => {
        const vmac = randomVmac({ octets: () => chance.slice(), fraction: () => 0 })
        const expected = Buffer.from(chance).toString('hex').split('').with(1, '2').join('')
        expect(vmac).toBe(expected)
        expect(isReservedVmac(vmac)).toBe(false)
      }),
    )
  })
})

describe('the VMAC of a device', () => {
  it('is read as any VMAC is', () => {
    fc.assert(
      fc.property(anyVmac(), vmac => {
        expect(parseDeviceVmac(printVmac(vmac))).toEqual(E.right(vmac))
      }),
    )
    expect(parseDeviceVmac('nonsense')).toEqual(parseVmac('nonsense'))
  })

  it.each(['ff:ff:ff:ff:ff:ff', '000000000000'])('is not the reserved %s', text => {
    expect(parseDeviceVmac(text)).toEqual(E.left(`'${text}' is a reserved VMAC and cannot be a device's own`))
    expect(parseVmac(text)).toMatchObject({ _tag: 'Right' })
  })

  it('has an io-ts codec', () => {
    expect(DeviceVmacFromText.decode('02-AA-BB-CC-DD-EE')).toEqual(E.right(VMAC))
    expect(DeviceVmacFromText.encode(VMAC)).toBe('02:aa:bb:cc:dd:ee')
    expect(failureOf(DeviceVmacFromText, 'ffffffffffff')).toContain('reserved')
    expect(failureOf(DeviceVmacFromText, 42)).toBe('VMAC must be text')
    expect(DeviceVmacFromText.is(VMAC)).toBe(true)
    expect(DeviceVmacFromText.is('02:AA:BB:CC:DD:EE')).toBe(false)
    expect(DeviceVmacFromText.is(42)).toBe(false)
  })
})
