import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import {
  DeviceUuidFromText,
  parseDeviceUuid,
  printDeviceUuid,
  randomDeviceUuid,
  type DeviceUuid,
} from '../../src/values/device-uuid.js'
import { anyDeviceUuid, anyOctets } from '../support/arbitraries.js'
import { failureOf } from './io-ts-failure.js'

const TEXT = '550e8400-e29b-41d4-a716-446655440000'
const UUID = '550e8400e29b41d4a716446655440000' as DeviceUuid
const NIL = '00000000-0000-0000-0000-000000000000'

describe('a Device UUID', () => {
  it.each([TEXT, TEXT.toUpperCase(), UUID, UUID.toUpperCase()])('is read from %s', text => {
    expect(parseDeviceUuid(text)).toEqual(E.right(UUID))
  })

  it.each([
    '',
    TEXT.slice(1),
    `${TEXT}0`,
    `{${TEXT}}`,
    `urn:uuid:${TEXT}`,
    '550e-8400e29b-41d4-a716-446655440000',
    '550e8400-e29b-41d4-a716446655440000',
    TEXT.replace('a', 'g'),
    `${TEXT}\n`,
  ])('is not read from %j', text => {
    expect(parseDeviceUuid(text)).toEqual(E.left(`'${text}' is not a UUID such as ${TEXT}`))
  })

  it.each([NIL, NIL.replaceAll('-', '')])('is never all zero: %s', text => {
    expect(parseDeviceUuid(text)).toEqual(E.left('a Device UUID must not be all zero'))
  })

  it('is read again as it was printed', () => {
    fc.assert(
      fc.property(anyDeviceUuid(), uuid => {
        fc.pre(/[^0]/u.test(uuid))
        expect(parseDeviceUuid(printDeviceUuid(uuid))).toEqual(E.right(uuid))
      }),
    )
    expect(printDeviceUuid(UUID)).toBe(TEXT)
  })

  it('is drawn as a random UUID of RFC 4122: version 4, variant 10, and 122 bits of chance', () => {
    fc.assert(
      fc.property(anyOctets(16, 16), chance => {
        const uuid = randomDeviceUuid({ octets: () => chance.slice(), fraction: () => 0 })
        const digits = Buffer.from(chance).toString('hex').split('')
        const variant = ((chance[8] ?? 0) >> 4) % 4 // the upper two bits of that digit are 10
        expect(uuid).toBe(
          digits
            .with(12, '4')
            .with(16, (8 + variant).toString(16))
            .join(''),
        )
        expect(parseDeviceUuid(uuid)).toEqual(E.right(uuid))
      }),
    )
  })

  it('has an io-ts codec', () => {
    expect(DeviceUuidFromText.decode(TEXT)).toEqual(E.right(UUID))
    expect(DeviceUuidFromText.encode(UUID)).toBe(TEXT)
    expect(failureOf(DeviceUuidFromText, NIL)).toBe('a Device UUID must not be all zero')
    expect(failureOf(DeviceUuidFromText, null)).toBe('UUID must be text')
    expect(DeviceUuidFromText.is(UUID)).toBe(true)
    expect(DeviceUuidFromText.is(TEXT)).toBe(false)
  })
})
