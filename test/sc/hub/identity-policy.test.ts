import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  identityGuard,
  type IdentityGuard,
  type KnownPeer,
  type PeerFacts,
} from '../../../src/sc/hub/identity-policy.js'
import type { DeviceUuid } from '../../../src/values/device-uuid.js'
import type { Vmac } from '../../../src/values/vmac.js'

const peer = (
  vmac: number,
  uuid: number,
  certificate: number | undefined,
  subject = `CN=${certificate}`,
): PeerFacts => ({
  vmac: `vmac ${vmac}` as Vmac,
  uuid: `uuid ${uuid}` as DeviceUuid,
  certificate:
    certificate === undefined
      ? undefined
      : { fingerprint: `print ${certificate}`, subject, serial: String(certificate), validTo: 0 },
})

const pinning = (
  pins: readonly KnownPeer[] = [],
  maxPins = 3,
  by: 'subject' | 'fingerprint' = 'subject',
): IdentityGuard => identityGuard({ _tag: 'PinOnFirstUse', reportOnly: false, by, pins, maxPins })

const facts = fc
  .tuple(fc.nat(4), fc.nat(4), fc.option(fc.nat(4), { nil: undefined }))
  .map(([vmac, uuid, certificate]) => peer(vmac, uuid, certificate))

describe('pins', () => {
  it('never give one VMAC, Device UUID or certificate to two devices, whoever comes, and never exceed their bound', () => {
    fc.assert(
      fc.property(fc.array(facts, { maxLength: 40 }), peers => {
        const guard = pinning()
        for (const one of peers) guard.judge(one)
        const pins = guard.pins()
        expect(pins.length).toBeLessThanOrEqual(3)
        for (const field of ['vmac', 'uuid', 'subject'] as const) {
          expect(new Set(pins.map(pin => pin[field])).size).toBe(pins.length)
        }
      }),
    )
  })

  it('judge the same after they were kept and given back', () => {
    fc.assert(
      fc.property(fc.array(facts, { maxLength: 20 }), facts, (peers, next) => {
        const guard = pinning()
        for (const one of peers) guard.judge(one)
        const again = pinning(JSON.parse(JSON.stringify(guard.pins())) as readonly KnownPeer[])
        expect(again.judge(next)).toEqual(guard.judge(next))
      }),
    )
  })

  it('let a pinned device in for ever', () => {
    fc.assert(
      fc.property(fc.array(facts, { maxLength: 40 }), peers => {
        const guard = pinning()
        expect(guard.judge(peer(9, 9, 9))._tag).toBe('Pinned')
        for (const one of peers) guard.judge(one)
        expect(guard.judge(peer(9, 9, 9))._tag).toBe('Fits')
      }),
    )
  })

  it('by subject outlive a renewal, by fingerprint do not', () => {
    for (const by of ['subject', 'fingerprint'] as const) {
      const guard = pinning([], 3, by)
      guard.judge(peer(1, 1, 1, 'CN=a'))
      expect(guard.judge(peer(1, 1, 2, 'CN=a'))._tag).toBe(by === 'subject' ? 'Fits' : 'Differs')
    }
  })

  it('by fingerprint give two devices with one subject a pin each', () => {
    const guard = pinning([], 3, 'fingerprint')
    expect(guard.judge(peer(1, 1, 1, 'CN=a'))._tag).toBe('Pinned')
    expect(guard.judge(peer(2, 2, 2, 'CN=a'))._tag).toBe('Pinned')
    expect(guard.judge(peer(1, 1, 2, 'CN=a'))._tag).toBe('Differs')
    expect(guard.judge(peer(1, 1, 1, 'CN=a'))._tag).toBe('Fits')
  })

  it('that say fingerprint and subject are of that certificate, and no other with the subject is shut out', () => {
    const guard = pinning([{ vmac: 'vmac 1' as Vmac, fingerprint: 'print 1', subject: 'CN=a' }], 3, 'fingerprint')
    expect(guard.judge(peer(2, 2, 2, 'CN=a'))._tag).toBe('Pinned')
    expect(guard.judge(peer(1, 1, 3, 'CN=a'))._tag).toBe('Differs')
    expect(guard.judge(peer(1, 1, 1, 'CN=a'))._tag).toBe('Fits')
  })

  it('are not made by asking what is wrong with a device', () => {
    const guard = pinning()
    expect(guard.fault(peer(1, 1, 1))).toBeUndefined()
    expect(guard.pins()).toEqual([])
  })

  it('know a certificate without a subject by its fingerprint', () => {
    const guard = pinning()
    guard.judge(peer(1, 1, 1, ''))
    expect(guard.pins()).toEqual([{ vmac: 'vmac 1', uuid: 'uuid 1', fingerprint: 'print 1' }])
    expect(guard.judge(peer(2, 2, 2, ''))._tag).toBe('Pinned')
  })

  it('that are forgotten make room, and none is made without a certificate', () => {
    const guard = pinning([], 1)
    expect(guard.judge(peer(1, 1, undefined))).toEqual({ _tag: 'Differs', reason: 'the device has no certificate' })
    guard.judge(peer(1, 1, 1))
    expect(guard.judge(peer(2, 2, 2))).toEqual({ _tag: 'Differs', reason: 'there is no room for another pin' })
    guard.forget('uuid 1' as DeviceUuid)
    expect(guard.judge(peer(1, 2, 2))._tag).toBe('Pinned')
  })

  it('are forgotten all at once where a Device UUID has several, and take nothing of others with them', () => {
    const [vmac, uuid] = ['vmac 1' as Vmac, 'uuid 1' as DeviceUuid]
    const guard = pinning([
      { uuid, vmac, subject: 'CN=1' },
      { uuid, subject: 'CN=2' },
      { uuid: 'uuid 3' as DeviceUuid, vmac, subject: 'CN=3' },
    ])
    guard.forget(uuid)
    expect(guard.pins().map(pin => pin.subject)).toEqual(['CN=3'])
    expect(guard.judge(peer(1, 4, 4))).toEqual({ _tag: 'Differs', reason: 'the VMAC is pinned to another certificate' })
    expect(guard.judge(peer(2, 1, 2))._tag).toBe('Pinned')
  })

  it('that were kept by fingerprint still count where new ones are by subject', () => {
    const kept = { vmac: 'vmac 1' as Vmac, uuid: 'uuid 1' as DeviceUuid, fingerprint: 'print 1' }
    const guard = pinning([kept])
    expect(guard.judge(peer(1, 1, 1))._tag).toBe('Fits')
    expect(guard.judge(peer(2, 2, 1))._tag).toBe('Differs')
  })
})
