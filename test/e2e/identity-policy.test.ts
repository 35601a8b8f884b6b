import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { lastValueFrom, NEVER } from 'rxjs'
import { ConfigurationError, scHub, type IdentityOptions } from '../../src/index.js'
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

const hubWith = async (identity?: IdentityOptions): Promise<LabHub> =>
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

  it('the first with a certificate, which may be renewed, and come back after the hub has started again', async () => {
    const first = await hubWith({ policy: 'pin' })
    await connected(await nodeOf(first, 'alice', { vmac: VMAC, uuid: UUID }))
    const { pin } = await heard(first.event$, isTag('IdentityPinned'))
    expect(pin).toEqual({ vmac: '02000000000a', uuid: UUID.replaceAll('-', ''), subject: 'CN=alice' })
    first.command({ _tag: 'ListPins' })
    const { pins } = await heard(first.event$, isTag('Pins'))
    await first.stop()

    const hub = await hubWith({ policy: 'pin', pins })
    await connected(await nodeOf(hub, 'alice', { vmac: VMAC, uuid: UUID }))
    expect(hub.events.filter(isTag('IdentityPinned'))).toEqual([])
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

describe('an identity policy that cannot work is a ConfigurationError:', () => {
  it.each([
    ['an entry that is anybody', { policy: 'allow', peers: [{}] }, /identity\.peers\[0\]: says nothing/],
    ['a VMAC that is none', { policy: 'allow', peers: [{ vmac: 'x' }] }, /identity\.peers\[0\]\.vmac: 'x'/],
    ['a fingerprint that is none', { policy: 'pin', pins: [{ fingerprint: 'ab' }] }, /pins\[0\]\.fingerprint: 'ab'/],
    [
      'more pins than there is room for',
      { policy: 'pin', maxPins: 1, pins: [{ vmac: VMAC }, { vmac: VMAC }] },
      /than 1/,
    ],
  ] as const)('%s', async (_, identity, message) => {
    const hub$ = NEVER.pipe(scHub({ listen: 'wss://127.0.0.1:0', tls: await lab.issue('hub'), identity }))
    const error: unknown = await lastValueFrom(hub$).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(ConfigurationError)
    expect((error as Error).message).toMatch(message)
  })
})
