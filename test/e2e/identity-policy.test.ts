import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { X509Certificate } from 'node:crypto'
import { BehaviorSubject, EMPTY, lastValueFrom, NEVER, of, Subject } from 'rxjs'
import {
  ConfigurationError,
  scHub,
  type IdentityOptions,
  type KnownPeerOptions,
  type ScHubOptions,
} from '../../src/index.js'
import type { DeviceUuid } from '../../src/values/device-uuid.js'
import { ms } from '../../src/values/duration.js'
import { ErrorCode } from '../../src/wire/error-code.js'
import { testAuthority, type TestAuthority } from '../support/living-tls.js'
import { closeLab, connected, heard, isTag, startHub, startNode, type LabHub, type LabNode } from '../support/lab.js'

const UUID = '550e8400-e29b-41d4-a716-446655440000'
const OTHER = '550e8400-e29b-41d4-a716-446655440001'
const VMAC = '02:00:00:00:00:0a'

let lab: TestAuthority

beforeAll(async () => {
  lab = await testAuthority()
})
afterEach(closeLab)

const hubWith = async (identity?: ScHubOptions['identity']): Promise<LabHub> =>
  startHub({ tls: await lab.issue('hub'), ...(identity === undefined ? {} : { identity }) })

const nodeOf = async (
  hub: LabHub,
  name: string,
  claims: { readonly vmac?: string; readonly uuid?: string },
): Promise<LabNode> => startNode({ primaryHub: hub.uri, tls: await lab.issue(name), ...claims })

const refusal = async (hub: LabHub, node: LabNode): Promise<string> => {
  const { cause } = await heard(node.event$, isTag('FailedConnection'))
  expect(cause.errorCode).toBe(ErrorCode.ACCESS_DENIED)
  return (await heard(hub.event$, isTag('Refused'))).reason
}

describe('who may claim which identity at a hub:', () => {
  it('anybody any, where there is no policy', async () => {
    const hub = await hubWith()
    await connected(await nodeOf(hub, 'alice', { uuid: UUID }))
    await connected(await nodeOf(hub, 'mallory', { uuid: UUID }))
  })

  it('those on the allow-list and nobody else', async () => {
    const hub = await hubWith({ policy: 'allow', peers: [{ uuid: UUID, subject: 'CN=alice' }, { vmac: VMAC }] })
    await connected(await nodeOf(hub, 'alice', { uuid: UUID }))
    await connected(await nodeOf(hub, 'anybody', { vmac: VMAC }))
    const mallory = await nodeOf(hub, 'mallory', { uuid: UUID })
    expect(await refusal(hub, mallory)).toBe('the device is not on the list')
  })

  it('the first with a certificate, which may come back after the hub has started again', async () => {
    const tls = await lab.issue('alice')
    const alice = { vmac: VMAC, uuid: UUID, tls }
    const first = await hubWith({ policy: 'pin' })
    await connected(await startNode({ primaryHub: first.uri, ...alice }))
    const { pin } = await heard(first.event$, isTag('IdentityPinned'))
    const fingerprint = new X509Certificate(tls.cert).fingerprint256.replaceAll(':', '').toLowerCase()
    expect(pin).toEqual({ vmac: '02000000000a', uuid: UUID.replaceAll('-', ''), fingerprint })
    first.command({ _tag: 'ListPins' })
    const { pins } = await heard(first.event$, isTag('Pins'))
    await first.stop()

    const hub = await hubWith({ policy: 'pin', pins })
    await connected(await startNode({ primaryHub: hub.uri, ...alice }))
    expect(hub.events.filter(isTag('IdentityPinned'))).toEqual([])
  })

  it('not another certificate with the same subject, until the pin is forgotten; its own identity is its own', async () => {
    const hub = await hubWith({ policy: 'pin' })
    const alice = await nodeOf(hub, 'alice', { vmac: VMAC, uuid: UUID })
    await connected(alice)
    await connected(await nodeOf(hub, 'alice', { uuid: OTHER }))
    await alice.close()
    const renewed = { timings: { minReconnect: ms(50) }, tls: await lab.issue('alice'), vmac: VMAC, uuid: UUID }
    const node = await startNode({ primaryHub: hub.uri, ...renewed })
    expect(await refusal(hub, node)).toBe('the Device UUID is pinned to another certificate')
    hub.command({ _tag: 'ForgetPin', uuid: UUID.replaceAll('-', '') as DeviceUuid })
    await connected(node)
  })

  it('any certificate with the same subject, where pins are by subject', async () => {
    const hub = await hubWith({ policy: 'pin', by: 'subject' })
    const alice = await nodeOf(hub, 'alice', { vmac: VMAC, uuid: UUID })
    await connected(alice)
    await alice.close()
    await connected(await nodeOf(hub, 'alice', { vmac: VMAC, uuid: UUID }))
    const { pin } = await heard(hub.event$, isTag('IdentityPinned'))
    expect(pin).toEqual({ vmac: '02000000000a', uuid: UUID.replaceAll('-', ''), subject: 'CN=alice' })
  })

  const pinned = { vmac: VMAC, uuid: UUID, subject: 'CN=alice' }
  it.each([
    ['the Device UUID of another', 'mallory', { uuid: UUID }, 'the Device UUID is pinned to another certificate'],
    ['the VMAC of another', 'mallory', { vmac: VMAC }, 'the VMAC is pinned to another certificate'],
    ['another Device UUID', 'alice', { vmac: VMAC, uuid: OTHER }, 'the certificate is pinned to another Device UUID'],
    ['another VMAC', 'alice', { uuid: UUID }, 'the certificate is pinned to another VMAC'],
  ])('not who is pinned and claims %s', async (_, name, claims, reason) => {
    const hub = await hubWith({ policy: 'pin', pins: [pinned] })
    expect(await refusal(hub, await nodeOf(hub, name, claims))).toBe(reason)
  })

  it('everybody, with a report, where the policy only reports', async () => {
    const hub = await hubWith({ policy: 'pin', pins: [pinned], reportOnly: true })
    const mallory = await nodeOf(hub, 'mallory', { uuid: UUID })
    await connected(mallory)
    expect(await heard(hub.event$, isTag('IdentityDiffers'))).toMatchObject({
      vmac: await mallory.vmac(),
      reason: 'the Device UUID is pinned to another certificate',
    })
  })

  it("always the device's own node", async () => {
    const tls = await lab.issue('device')
    const hubFunction = {
      listen: 'wss://127.0.0.1:0',
      identity: { policy: 'allow', peers: [{ uuid: OTHER }] },
    } as const
    await connected(await startNode({ primaryHub: 'own', hubFunction, tls, uuid: UUID }))
  })
})

describe('an identity policy that changes while the hub runs', () => {
  const listOf = (...subjects: readonly string[]): IdentityOptions => ({
    policy: 'allow',
    peers: subjects.map(subject => ({ subject: `CN=${subject}` })),
  })

  it('disconnects the nodes that it does not let in, in good order, and lets the others stay', async () => {
    const identity$ = new BehaviorSubject(listOf('alice', 'bob'))
    const hub = await hubWith(identity$)
    const [alice, bob] = [await nodeOf(hub, 'alice', { vmac: VMAC }), await nodeOf(hub, 'bob', {})]
    await Promise.all([connected(alice), connected(bob)])
    identity$.next(listOf('alice', 'carol'))
    const { state, message } = await heard(hub.event$, isTag('IdentityPolicy'))
    expect([state, message]).toEqual([
      'reloaded',
      'a new identity policy is in use, with 2 known devices; nodes disconnected for it: 1',
    ])
    expect(await heard(hub.event$, isTag('NodeDisconnected'))).toMatchObject({ vmac: await bob.vmac() })
    expect(await refusal(hub, bob)).toBe('the device is not on the list')
    expect(bob.frames.some(({ direction, octets }) => direction === 'received' && octets[0] === 0x08)).toBe(true)
    await connected(await nodeOf(hub, 'carol', {}))
    expect(hub.events.filter(isTag('NodeDisconnected'))).toHaveLength(1)
  })

  it('only tells of them where it only reports', async () => {
    const identity$ = new BehaviorSubject(listOf('alice'))
    const hub = await hubWith(identity$)
    await connected(await nodeOf(hub, 'alice', { vmac: VMAC }))
    identity$.next({ ...listOf('bob'), reportOnly: true })
    expect(await heard(hub.event$, isTag('IdentityDiffers'))).toMatchObject({ vmac: '02000000000a' })
    expect(hub.events.filter(isTag('NodeDisconnected'))).toEqual([])
  })

  it('stays as it was where the new one is wrong, and when there is no more of it', async () => {
    const identity$ = new BehaviorSubject(listOf('alice'))
    const hub = await hubWith(identity$)
    identity$.next({ policy: 'allow', peers: [{ vmac: VMAC, fingerprnt: 'AA' } as KnownPeerOptions] })
    expect(await heard(hub.event$, isTag('IdentityPolicy'))).toEqual({
      _tag: 'IdentityPolicy',
      state: 'refused',
      message:
        'a new identity policy cannot be used, so the one in use stays: identity.peers[0].fingerprnt: unknown key',
    })
    identity$.error(new Error('lost'))
    expect(hub.events.filter(isTag('IdentityPolicy')).at(-1)?.message).toMatch(/no more of it: Error: lost$/)
    await connected(await nodeOf(hub, 'alice', { vmac: VMAC }))
    expect(await refusal(hub, await nodeOf(hub, 'mallory', {}))).toBe('the device is not on the list')
  })

  it('lets nobody in before the first', async () => {
    const identity$ = new Subject<IdentityOptions>()
    const hub = await hubWith(identity$)
    const node = await startNode({
      primaryHub: hub.uri,
      tls: await lab.issue('alice'),
      timings: { minReconnect: ms(50) },
    })
    expect(await refusal(hub, node)).toBe('there is no identity policy yet')
    identity$.next({ policy: 'pin' })
    await connected(node)
    expect(hub.events.filter(isTag('IdentityPolicy'))).toEqual([])
  })

  it('leaves devices alone that new pins say nothing about, and disconnects those that they contradict', async () => {
    const identity$ = new BehaviorSubject<IdentityOptions>({ policy: 'pin' })
    const hub = await hubWith(identity$)
    await connected(await nodeOf(hub, 'alice', { vmac: VMAC, uuid: UUID }))
    identity$.next({ policy: 'pin', pins: [] })
    await heard(hub.event$, isTag('IdentityPolicy'))
    expect(hub.events.filter(isTag('NodeDisconnected'))).toEqual([])
    identity$.next({ policy: 'pin', pins: [{ uuid: UUID, subject: 'CN=bob' }] })
    await heard(hub.event$, isTag('NodeDisconnected'))
    expect(hub.events.filter(isTag('IdentityPinned'))).toHaveLength(1)
  })
})

describe('an identity policy that cannot work is a ConfigurationError:', () => {
  it.each([
    ['an entry that is anybody', { policy: 'allow', peers: [{}] }, /identity\.peers\[0\]: says nothing/],
    ['a VMAC that is none', { policy: 'allow', peers: [{ vmac: 'x' }] }, /identity\.peers\[0\]\.vmac: 'x'/],
    [
      'a key that is not known',
      { policy: 'allow', peers: [{ vmac: VMAC, fingerprnt: 'AA' }] },
      /peers\[0\]\.fingerprnt: unknown key/,
    ],
    [
      'a key of a prototype',
      { policy: 'pin', pins: [JSON.parse(`{"vmac":"${VMAC}","__proto__":"x"}`)] },
      /pins\[0\]\.__proto__: unknown key/,
    ],
    [
      'a value that is left out by mistake',
      { policy: 'allow', peers: [{ vmac: VMAC, fingerprint: undefined }] },
      /peers\[0\]\.fingerprint: must be text/,
    ],
    ['a subject of nothing', { policy: 'allow', peers: [{ subject: '' }] }, /peers\[0\]\.subject: must not be empty/],
    ['an entry that is no object', { policy: 'allow', peers: [1] }, /identity\.peers\[0\]: is not an object/],
    ['no list', { policy: 'allow' }, /identity\.peers: is not a list/],
    ['a policy that is none', { policy: 'alow', peers: [] }, /identity\.policy: "alow" is not/],
    ['pins by what is none', { policy: 'pin', by: 'serial' }, /identity\.by: "serial" is not/],
    ['an Observable of nothing', EMPTY, /identity: there is none/],
    [
      'an Observable that begins with a wrong one',
      of({ policy: 'allow', peers: [{}] }),
      /identity\.peers\[0\]: says nothing/,
    ],
    ['a fingerprint that is none', { policy: 'pin', pins: [{ fingerprint: 'ab' }] }, /pins\[0\]\.fingerprint: 'ab'/],
    [
      'more pins than there is room for',
      { policy: 'pin', maxPins: 1, pins: [{ vmac: VMAC }, { vmac: VMAC }] },
      /than 1/,
    ],
  ] as const)('%s', async (_, given, message) => {
    const identity = given as unknown as IdentityOptions
    const hub$ = NEVER.pipe(scHub({ listen: 'wss://127.0.0.1:0', tls: await lab.issue('hub'), identity }))
    const error: unknown = await lastValueFrom(hub$).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(ConfigurationError)
    expect((error as Error).message).toMatch(message)
  })
})
