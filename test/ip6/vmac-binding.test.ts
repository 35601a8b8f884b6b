import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isLearnable, vmacClaim, whereabouts, type OwnBip6, type SourcedMessage } from '../../src/ip6/vmac-binding.js'
import { parseBip6Address, type Bip6Address } from '../../src/values/bip6-address.js'
import type { Bip6Vmac } from '../../src/values/bip6-vmac.js'
import { anyBip6Address, anyBip6Vmac, anyBvll6 } from '../support/bvll6-arbitraries.js'
import { right } from '../support/right.js'

const bip6 = (text: string): Bip6Address => right(parseBip6Address(text))

const OWN = '00162e' as Bip6Vmac
const OTHER = '0004d2' as Bip6Vmac
const HERE = bip6('[2001:db8::10]:47808')
const HERE_TOO = bip6('[fe80::10]:47808')
const THERE = bip6('[2001:db8::50]:47808')
const BBMD = bip6('[2001:db8:1::1]:47808')

const own: OwnBip6 = {
  claims: vmac => vmac === OWN,
  isAt: address => address === HERE || address === HERE_TOO,
  isOnLoopback: () => false,
}

const npdu = Uint8Array.of(1, 0x20, 0xff, 0xff, 0, 0xff, 0x10, 8)

/** What says whose VMAC is where the datagram comes from. */
const direct = (source: Bip6Vmac): readonly SourcedMessage[] => [
  { _tag: 'BVLC-Result', source, code: 0 },
  { _tag: 'Original-Unicast-NPDU', source, destination: OTHER, npdu },
  { _tag: 'Original-Broadcast-NPDU', source, npdu },
  { _tag: 'Address-Resolution', source, target: OTHER },
  { _tag: 'Address-Resolution-ACK', source, destination: OTHER },
  { _tag: 'Virtual-Address-Resolution', source },
  { _tag: 'Virtual-Address-Resolution-ACK', source, destination: OTHER },
  { _tag: 'Register-Foreign-Device', source, ttl: 60 },
  { _tag: 'Delete-Foreign-Device-Table-Entry', source, address: HERE },
  { _tag: 'Distribute-Broadcast-To-Network', source, npdu },
]

/** What says where the VMAC is that it is of. */
const forwarded = (source: Bip6Vmac, originating: Bip6Address): readonly SourcedMessage[] => [
  { _tag: 'Forwarded-NPDU', source, originating, npdu },
  { _tag: 'Forwarded-Address-Resolution', source, target: OTHER, originating },
]

describe('what a message tells of where a VMAC is', () => {
  it.each(direct(OTHER).map(message => [message._tag, message] as const))('is the UDP source of %s', (_, message) => {
    expect(whereabouts(message, THERE)).toBe(THERE)
  })

  it.each(forwarded(OTHER, THERE).map(message => [message._tag, message] as const))(
    'is the address inside %s, and not that of the BBMD',
    (_, message) => {
      expect(whereabouts(message, BBMD)).toBe(THERE)
    },
  )
})

describe('what a node may learn', () => {
  it.each([
    ['a station', OTHER, '[2001:db8::50]:47808', true],
    ['a station on the link', OTHER, '[fe80::1234]:47809', true],
    ['a VMAC that nobody should have', 'ffffff' as Bip6Vmac, '[2001:db8::50]:47808', true],
    ['its own VMAC', OWN, '[2001:db8::50]:47808', false],
    ['its own address', OTHER, '[2001:db8::10]:47808', false],
    ['another of its own addresses', OTHER, '[fe80::10]:47808', false],
    ['another port of its own host', OTHER, '[2001:db8::10]:47809', true],
    ['no address', OTHER, '[::]:47808', false],
    ['a group', OTHER, '[ff02::bac0]:47808', false],
    ['port 0', OTHER, '[2001:db8::50]:0', false],
    ['a loopback address', OTHER, '[::1]:47808', false],
  ])('%s', (_, vmac, address, expected) => {
    expect(isLearnable(vmac, bip6(address), own)).toBe(expected)
  })

  it('is a loopback address when its port is there, too', () => {
    expect(isLearnable(OTHER, bip6('[::1]:47809'), { ...own, isOnLoopback: () => true })).toBe(true)
  })
})

describe('a claim to the own VMAC', () => {
  it.each([...direct(OWN), ...forwarded(OWN, THERE)].map(message => [message._tag, message] as const))(
    'is a conflict in %s from elsewhere',
    (_, message) => {
      expect(vmacClaim(message, THERE, own)).toBe('conflict')
    },
  )

  it.each([...direct(OTHER), ...forwarded(OTHER, THERE)].map(message => [message._tag, message] as const))(
    'is none in %s with another VMAC',
    (_, message) => {
      expect(vmacClaim(message, THERE, own)).toBeUndefined()
    },
  )

  it.each([...direct(OWN), ...forwarded(OWN, THERE)].map(message => [message._tag, message] as const))(
    'is none in %s that came back from any own address',
    (_, message) => {
      expect([vmacClaim(message, HERE, own), vmacClaim(message, HERE_TOO, own)]).toEqual([undefined, undefined])
    },
  )

  it.each(forwarded(OWN, HERE).map(message => [message._tag, message] as const))(
    'is none in %s that a BBMD sent back',
    (_, message) => {
      expect([vmacClaim(message, BBMD, own), vmacClaim(message, HERE, own)]).toEqual([undefined, undefined])
    },
  )

  it('is a probe where somebody resolves the VMAC as itself, through a BBMD or not', () => {
    const probe: SourcedMessage = { _tag: 'Address-Resolution', source: OWN, target: OWN }
    const through: SourcedMessage = {
      _tag: 'Forwarded-Address-Resolution',
      source: OWN,
      target: OWN,
      originating: THERE,
    }
    expect([vmacClaim(probe, THERE, own), vmacClaim(through, BBMD, own)]).toEqual(['probe', 'probe'])
    expect([vmacClaim(probe, HERE, own), vmacClaim({ ...through, originating: HERE }, BBMD, own)]).toEqual([
      undefined,
      undefined,
    ])
  })

  it('is never seen in what may be learned from, whatever is received', () => {
    fc.assert(
      fc.property(
        anyBvll6(),
        fc.oneof(anyBip6Vmac(), fc.constant(undefined)),
        fc.oneof(anyBip6Address(), fc.constantFrom(HERE, THERE)),
        (message, vmac, source) => {
          if (message._tag === 'Secure-BVLL') return
          const claims = (other: Bip6Vmac): boolean => other === (vmac ?? message.source)
          const self = { ...own, claims }
          const claim = vmacClaim(message, source, self)
          const learns = isLearnable(message.source, whereabouts(message, source), self)
          expect(claim !== undefined && learns).toBe(false)
          if (vmac === undefined) expect(learns).toBe(false)
          if (!claims(message.source)) expect(claim).toBeUndefined()
        },
      ),
    )
  })
})
