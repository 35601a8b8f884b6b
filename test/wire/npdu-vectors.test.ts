import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { NetworkMessageType } from '../../src/wire/network-message.js'
import { decodeNpdu, encodeNpdu } from '../../src/wire/npdu.js'
import { spellOutNpdu } from '../support/npdu-spelled.js'
import { malformedNpdus, routingVectors, validNpdus } from '../support/npdu-vectors.js'
import { right } from '../support/right.js'
import { fromHex, toHex } from '../support/vectors.js'

/** Messages in the midst of a router's work are spelled out without their fields. */
const isSpelledOut = ({ decoded }: (typeof validNpdus)[number]): boolean =>
  decoded.messageName === 'proprietary' || !('data' in decoded)

describe('valid vectors of the network layer', () => {
  it.each(validNpdus.filter(isSpelledOut))('$name means what it should', ({ octets, decoded }) => {
    expect(spellOutNpdu(right(decodeNpdu(octets)))).toEqual(decoded)
  })

  it.each(validNpdus)('$name is encoded as it came', ({ octets }) => {
    expect(toHex(encodeNpdu(right(decodeNpdu(octets))))).toBe(toHex(octets))
  })

  it('have a message of each type', () => {
    const names = new Set(validNpdus.flatMap(({ decoded }) => decoded.messageName ?? []))
    expect([...names].sort()).toEqual([...Object.keys(NetworkMessageType), 'proprietary'].sort())
  })
})

describe('malformed vectors of the network layer', () => {
  const unknown = 'UNKNOWN_MESSAGE_TYPE'

  it.each(malformedNpdus.filter(({ code }) => code !== unknown))('$name is refused: $detail', ({ octets, code }) => {
    expect(decodeNpdu(octets)).toEqual(
      E.left({ _tag: 'NpduError', code, reason: expect.stringMatching(/^\S.*\S$/u) as string }),
    )
  })

  it.each(malformedNpdus.filter(({ code }) => code === unknown))('$name is known for what it is', ({ octets }) => {
    expect(right(decodeNpdu(octets)).content).toMatchObject({ _tag: 'Unknown', type: octets[2] })
  })
})

describe('routing vectors', () => {
  it.each(routingVectors)('$name has octets that are understood, in and out', ({ octets, routing }) => {
    for (const each of [octets, ...routing.send.map(({ hex }) => fromHex(hex))]) {
      expect(toHex(encodeNpdu(right(decodeNpdu(each))))).toBe(toHex(each))
    }
  })
})
