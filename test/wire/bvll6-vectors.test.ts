import { describe, expect, it } from 'vitest'
import { decodeBvll6 } from '../../src/wire/bvll6-decode.js'
import { encodeBvll6 } from '../../src/wire/bvll6-encode.js'
import { Bvll6Function, NAK6_OF } from '../../src/wire/bvll6-function.js'
import { spellOutBvll6 } from '../support/bvll6-spelled.js'
import { behaviourVectors6, bip6, malformedBvll6, transmitVectors6, validBvll6 } from '../support/bvll6-vectors.js'
import { itPassesAllVectors } from '../support/datagram-vector-tests.js'

itPassesAllVectors({
  decode: decodeBvll6,
  encode: encodeBvll6,
  spellOut: spellOutBvll6,
  valid: validBvll6,
  malformed: malformedBvll6,
  behaving: [...behaviourVectors6, ...transmitVectors6],
  functions: Object.keys(Bvll6Function),
})

describe('the malformed vectors', () => {
  it('have one with each fault but BAD_NPDU, and the NAKs of all requests', () => {
    expect([...new Set(malformedBvll6.map(({ fault }) => fault))].sort()).toEqual([
      'BAD_PAYLOAD_LENGTH',
      'BAD_TYPE',
      'CONFIRMED_REQUEST_BY_BROADCAST',
      'EMPTY_NPDU',
      'LENGTH_MISMATCH',
      'TRUNCATED_HEADER',
      'UNKNOWN_FUNCTION',
    ])
    const naks = new Set(malformedBvll6.flatMap(({ nak }) => nak ?? []))
    expect([...naks].sort()).toEqual(Object.values(NAK6_OF).sort())
  })
})

describe('the behaviour vectors', () => {
  it('are of three roles, and one is what a foreign device originates', () => {
    const roles = behaviourVectors6.map(({ context }) => context.role)
    expect(roles.filter(role => role === 'node')).toHaveLength(8)
    expect(roles.filter(role => role === 'bbmd')).toHaveLength(8)
    expect(roles.filter(role => role === 'foreign-device')).toHaveLength(2)
    expect(transmitVectors6.map(({ context }) => context.role)).toEqual(['foreign-device'])
  })

  it('say from whom the NPDU comes, by VMAC, and what is learned', () => {
    const sources = behaviourVectors6.flatMap(({ name, deliverUpSource }) =>
      deliverUpSource === undefined ? [] : [[name, deliverUpSource]],
    )
    expect(Object.fromEntries(sources)).toEqual({
      'node-rx-forwarded-npdu': '0004d2',
      'bbmd-rx-original-broadcast': '0004d2',
      'bbmd-rx-forwarded-npdu-from-peer': '0004d2',
      'bbmd-rx-distribute-broadcast-registered': '0004d2',
      'fd-rx-forwarded-npdu-from-its-bbmd': '5a1234',
    })
    const learned = behaviourVectors6.flatMap(({ name, vmacTable }) =>
      vmacTable === undefined ? [] : [[name, ...vmacTable]],
    )
    expect(learned).toEqual([
      ['node-rx-address-resolution-for-me', ['0004d2', bip6('[2001:db8::50]:47808')]],
      ['node-rx-forwarded-address-resolution-for-me', ['0004d2', bip6('[2001:db8::50]:47808')]],
      ['node-rx-virtual-address-resolution', ['0004d2', bip6('[2001:db8::50]:47808')]],
      ['node-rx-forwarded-npdu', ['0004d2', bip6('[2001:db8::50]:47808')]],
      ['bbmd-rx-forwarded-npdu-from-peer', ['0004d2', bip6('[2001:db8:2::50]:47808')]],
      ['fd-rx-forwarded-npdu-from-its-bbmd', ['5a1234', bip6('[fe80::1234]:47809')]],
      ['fd-rx-forwarded-npdu-from-another-host'],
    ])
  })
})
