import { describe, expect, it } from 'vitest'
import { decodeBvll } from '../../src/wire/bvll-decode.js'
import { encodeBvll } from '../../src/wire/bvll-encode.js'
import { BvllFunction, NAK_OF } from '../../src/wire/bvll-function.js'
import { spellOutBvll } from '../support/bvll-spelled.js'
import { behaviourVectors, bip, malformedBvll, validBvll } from '../support/bvll-vectors.js'
import { itPassesAllVectors } from '../support/datagram-vector-tests.js'

itPassesAllVectors({
  decode: decodeBvll,
  encode: encodeBvll,
  spellOut: spellOutBvll,
  valid: validBvll,
  malformed: malformedBvll,
  behaving: behaviourVectors,
  functions: Object.keys(BvllFunction),
})

describe('the malformed vectors', () => {
  it('have one with each fault, and NAKs of all requests that can be malformed but Read-FDT', () => {
    expect([...new Set(malformedBvll.map(({ fault }) => fault))].sort()).toEqual([
      'BAD_NPDU',
      'BAD_PAYLOAD_LENGTH',
      'BAD_TYPE',
      'CONFIRMED_REQUEST_BY_BROADCAST',
      'EMPTY_NPDU',
      'LENGTH_MISMATCH',
      'TRUNCATED_HEADER',
      'UNKNOWN_FUNCTION',
    ])
    const naks = new Set(malformedBvll.flatMap(({ nak }) => nak ?? []))
    const requests = Object.entries(NAK_OF).filter(([name]) => name !== 'Read-Foreign-Device-Table')
    expect([...naks].sort()).toEqual(requests.map(([, nak]) => nak).sort())
  })
})

describe('what the vectors leave open', () => {
  it('is the NAK of a Read-Foreign-Device-Table with payload', () => {
    expect(decodeBvll(Buffer.from('8106000500', 'hex'))).toMatchObject({
      left: { fault: 'BAD_PAYLOAD_LENGTH', nak: 0x0040 },
    })
  })
})

describe('the behaviour vectors', () => {
  it('are of three roles, and say to whom the NPDU seems to come from', () => {
    const roles = behaviourVectors.map(({ context }) => context.role)
    expect(roles.filter(role => role === 'bbmd')).toHaveLength(8)
    expect(roles.filter(role => role === 'non-bbmd')).toHaveLength(6)
    expect(roles.filter(role => role === 'foreign-device')).toHaveLength(7)
    const sources = behaviourVectors.flatMap(({ name, deliverUpSource }) =>
      deliverUpSource === undefined ? [] : [[name, deliverUpSource]],
    )
    expect(Object.fromEntries(sources)).toEqual({
      'bbmd-rx-original-broadcast': bip('192.168.1.50:47808'),
      'bbmd-rx-forwarded-unicast-from-peer': bip('192.168.2.77:47808'),
      'bbmd-rx-forwarded-directed-broadcast-from-peer': bip('192.168.2.77:47808'),
      'bbmd-rx-distribute-broadcast-registered': bip('10.20.30.40:47808'),
      'fd-rx-forwarded-from-its-bbmd': bip('192.168.1.50:47808'),
    })
  })
})
