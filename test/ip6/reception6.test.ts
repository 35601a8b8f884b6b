import { describe, expect, it } from 'vitest'
import type { Arrival } from '../../src/bvll/udp.js'
import { reception6, type Reception6, type Reception6Facts } from '../../src/ip6/reception6.js'
import type { Bip6Vmac } from '../../src/values/bip6-vmac.js'
import type { Bvll6Message } from '../../src/wire/bvll6.js'
import { bip6 } from '../support/bvll6-vectors.js'
import { WHO_IS } from '../support/played-port.js'
import { OWN } from '../support/played-port6.js'

const SELF = bip6('[2001:db8::10]:47808')
const BBMD = bip6('[2001:db8:1::1]:47808')
const PEER = bip6('[2001:db8:2::1]:47808')
const SOURCE = bip6('[2001:db8::50]:47808')
const FAR = bip6('[2001:db8:2::77]:47808')

const ASKER = '0004d2' as Bip6Vmac
const OTHER = '000777' as Bip6Vmac

type Role = ReturnType<Reception6Facts['role']>
const ROLES = ['OrdinaryNode', 'ForeignDevice', 'Bbmd'] as const

interface Given {
  readonly source?: typeof SOURCE
  readonly arrival?: Arrival
  readonly vmac?: Bip6Vmac | undefined
}

const outcome = (role: Role, message: Bvll6Message, given: Given = {}): Reception6 => {
  const { source = SOURCE, arrival = 'unicast' } = given
  const vmac = 'vmac' in given ? given.vmac : OWN
  return reception6(message, source, arrival, {
    role: () => role,
    vmac: () => vmac,
    isSelf: address => address === SELF,
    isOnLoopback: () => false,
    isOwnBbmd: address => address === BBMD,
    isPeer: address => address === PEER,
  })
}

/** Whom a forwarded message must come from. */
const forwarder = (role: Role): typeof SOURCE => (role === 'ForeignDevice' ? BBMD : PEER)

const unicast: Bvll6Message = { _tag: 'Original-Unicast-NPDU', source: ASKER, destination: OWN, npdu: WHO_IS }
const broadcast: Bvll6Message = { _tag: 'Original-Broadcast-NPDU', source: ASKER, npdu: WHO_IS }
const forwarded: Bvll6Message = { _tag: 'Forwarded-NPDU', source: ASKER, originating: FAR, npdu: WHO_IS }
const resolution = (target: Bip6Vmac): Bvll6Message => ({ _tag: 'Address-Resolution', source: ASKER, target })
const forwardedResolution = (target: Bip6Vmac, originating = FAR): Bvll6Message => ({
  _tag: 'Forwarded-Address-Resolution',
  source: ASKER,
  target,
  originating,
})
const virtual: Bvll6Message = { _tag: 'Virtual-Address-Resolution', source: ASKER }
const acks: readonly Bvll6Message[] = [
  { _tag: 'Address-Resolution-ACK', source: ASKER, destination: OWN },
  { _tag: 'Virtual-Address-Resolution-ACK', source: ASKER, destination: OWN },
]
const requests = [
  { _tag: 'Register-Foreign-Device', source: ASKER, ttl: 60 },
  { _tag: 'Delete-Foreign-Device-Table-Entry', source: ASKER, address: FAR },
  { _tag: 'Distribute-Broadcast-To-Network', source: ASKER, npdu: WHO_IS },
] as const satisfies readonly Bvll6Message[]

/** The table of section 6: row by row, column by column. */
describe('what a B/IPv6 node does with', () => {
  it.each(ROLES)('an Original-Unicast-NPDU, as %s: delivers it from the VMAC of its sender', role => {
    expect(outcome(role, unicast)).toMatchObject({ _tag: 'Deliver', source: ASKER, destination: 'unicast' })
  })

  it.each(ROLES)('an Original-Unicast-NPDU for another VMAC, or for 000000, as %s: discards it', role => {
    for (const destination of [OTHER, '000000' as Bip6Vmac]) {
      expect(outcome(role, { ...unicast, destination })).toEqual({ _tag: 'Discard', reason: 'for another VMAC' })
    }
    expect(outcome(role, unicast, { vmac: undefined })._tag, 'without a VMAC').toBe('Discard')
  })

  it.each(ROLES)('an Original-Unicast-NPDU by multicast, as %s: discards it', role => {
    expect(outcome(role, unicast, { arrival: 'broadcast' })._tag).toBe('Discard')
  })

  it.each(['broadcast', 'unknown', 'unicast'] as const)('an Original-Broadcast-NPDU that came by %s', arrival => {
    expect(outcome('OrdinaryNode', broadcast, { arrival })).toMatchObject({
      _tag: 'Deliver',
      source: ASKER,
      destination: 'broadcast',
    })
    expect(outcome('Bbmd', broadcast, { arrival })).toEqual({ _tag: 'ToBbmd', message: broadcast })
    expect(outcome('ForeignDevice', broadcast, { arrival })._tag).toBe('Ignore')
  })

  it('a Forwarded-NPDU, as ordinary node: delivers it from the VMAC it started from, whoever forwarded it', () => {
    expect(outcome('OrdinaryNode', forwarded, { arrival: 'broadcast' })).toMatchObject({
      _tag: 'Deliver',
      source: ASKER,
      destination: 'broadcast',
      via: 'forwarded',
    })
  })

  it('a Forwarded-NPDU, as BBMD: takes it from the BBMDs of its BDT, and discards all others', () => {
    expect(outcome('Bbmd', forwarded, { source: PEER })).toEqual({ _tag: 'ToBbmd', message: forwarded })
    expect(outcome('Bbmd', forwarded)).toEqual({ _tag: 'Discard', reason: 'not from a BBMD of its BDT' })
  })

  it('a Forwarded-NPDU, as foreign device: takes it from the BBMD it is registered with and from nobody else', () => {
    expect(outcome('ForeignDevice', forwarded, { source: BBMD })).toMatchObject({ _tag: 'Deliver', source: ASKER })
    expect(outcome('ForeignDevice', forwarded)._tag).toBe('Discard')
  })

  it('a Forwarded-NPDU or its like by multicast, as foreign device: ignores it, also from its BBMD', () => {
    for (const message of [forwarded, forwardedResolution(OWN), resolution(OWN)]) {
      expect(outcome('ForeignDevice', message, { source: BBMD, arrival: 'broadcast' })._tag).toBe('Ignore')
      expect(outcome('ForeignDevice', message, { source: BBMD, arrival: 'unknown' })._tag).not.toBe('Ignore')
    }
  })

  it.each(ROLES)('what was forwarded of its own, as %s: ignores it', role => {
    for (const message of [{ ...forwarded, originating: SELF }, forwardedResolution(OWN, SELF)]) {
      expect(outcome(role, message, { source: forwarder(role) })._tag).toBe('Ignore')
    }
  })

  it.each(['[::]:47808', '[ff02::bac0]:47808', '[2001:db8::5]:0'])(
    'what was forwarded from %s, to which no answer could go: discards it',
    text => {
      const originating = bip6(text)
      for (const role of ROLES) {
        for (const message of [{ ...forwarded, originating }, forwardedResolution(OWN, originating)]) {
          expect(outcome(role, message, { source: forwarder(role) })._tag).toBe('Discard')
        }
      }
    },
  )

  it.each(ROLES)('an Address-Resolution for its own VMAC, as %s: answers to where it came from', role => {
    expect(outcome(role, resolution(OWN))).toEqual({ _tag: 'AnswerResolution', to: SOURCE, asker: ASKER })
  })

  it('an Address-Resolution for another VMAC: a BBMD relays it, the others learn who asked', () => {
    const message = resolution(OTHER)
    for (const arrival of ['broadcast', 'unicast', 'unknown'] as const) {
      expect(outcome('Bbmd', message, { arrival })).toEqual({ _tag: 'ToBbmd', message })
      expect(outcome('OrdinaryNode', message, { arrival })._tag).toBe('Learn')
    }
    expect(outcome('ForeignDevice', message)._tag).toBe('Learn')
  })

  it.each(ROLES)('a Forwarded-Address-Resolution for its own VMAC, as %s: answers to who asked first', role => {
    expect(outcome(role, forwardedResolution(OWN), { source: forwarder(role) })).toEqual({
      _tag: 'AnswerResolution',
      to: FAR,
      asker: ASKER,
    })
  })

  it('a Forwarded-Address-Resolution for another VMAC: a BBMD relays it, the others are silent', () => {
    const message = forwardedResolution(OTHER)
    expect(outcome('Bbmd', message, { source: PEER })).toEqual({ _tag: 'ToBbmd', message })
    expect(outcome('OrdinaryNode', message)._tag).toBe('Learn')
    expect(outcome('ForeignDevice', message, { source: BBMD })._tag).toBe('Learn')
  })

  it('a Forwarded-Address-Resolution of a stranger: answers it as a foreign device, and discards it as a BBMD', () => {
    expect(outcome('ForeignDevice', forwardedResolution(OWN))).toEqual({
      _tag: 'AnswerResolution',
      to: FAR,
      asker: ASKER,
    })
    expect(outcome('ForeignDevice', forwardedResolution(OTHER))._tag).toBe('Discard')
    for (const target of [OWN, OTHER]) expect(outcome('Bbmd', forwardedResolution(target))._tag).toBe('Discard')
  })

  it.each(ROLES)('a Virtual-Address-Resolution, as %s: answers it, however it came', role => {
    expect(outcome(role, virtual)).toEqual({ _tag: 'AnswerVirtual', to: SOURCE, asker: ASKER })
    expect(outcome(role, virtual, { arrival: 'broadcast' })).toEqual(outcome(role, virtual))
  })

  it.each(ROLES)('an answer, as %s: takes it, unless it was multicast', role => {
    const result: Bvll6Message = { _tag: 'BVLC-Result', source: ASKER, code: 0x0090 }
    expect(outcome(role, result)).toEqual({ _tag: 'Result', code: 0x0090 })
    for (const message of acks) expect(outcome(role, message)._tag).toBe('Learn')
    for (const message of [result, ...acks]) {
      expect(outcome(role, message, { arrival: 'broadcast' })._tag).toBe('Discard')
    }
  })

  it.each(requests)('$_tag: only a BBMD takes it, the others refuse it', message => {
    expect(outcome('Bbmd', message)).toEqual({ _tag: 'ToBbmd', message })
    expect(outcome('OrdinaryNode', message)).toEqual({ _tag: 'Refuse', request: message._tag })
    expect(outcome('ForeignDevice', message, { arrival: 'unknown' })).toEqual({ _tag: 'Refuse', request: message._tag })
  })

  it.each(requests)('$_tag by multicast: silence, as one datagram would make all nodes answer', message => {
    for (const role of ROLES) expect(outcome(role, message, { arrival: 'broadcast' })._tag).toBe('Discard')
  })

  it.each(ROLES)('Secure-BVLL, as %s: discards it', role => {
    expect(outcome(role, { _tag: 'Secure-BVLL', wrapper: new Uint8Array(4) })._tag).toBe('Discard')
  })
})
