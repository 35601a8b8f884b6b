import { once } from 'node:events'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { concat, EMPTY, filter, firstValueFrom, lastValueFrom, NEVER, of, ReplaySubject, skip, throwError } from 'rxjs'
import {
  ConfigurationError,
  scHub,
  scNode,
  type Cause,
  type CertificateEvent,
  type TlsMaterial,
} from '../../src/index.js'
import { createAuthority } from '../../src/pki/lab-authority.js'
import { ms } from '../../src/values/duration.js'
import { ErrorCode } from '../../src/wire/error-code.js'
import { changing, testAuthority, type TestAuthority } from '../support/living-tls.js'
import { closeLab, connected, heard, isTag, startHub, startNode, type LabHub } from '../support/lab.js'
import { rawTls } from '../support/raw-client.js'

let lab: TestAuthority

beforeAll(async () => {
  lab = await testAuthority()
})
afterEach(closeLab)

/** Whose certificate a hub shows to who comes now. */
const shownBy = async (hub: LabHub): Promise<string | string[] | undefined> => {
  const socket = rawTls(hub.uri, await lab.issue('looker'), { checkServerIdentity: () => undefined })
  await once(socket, 'secureConnect')
  const { CN } = socket.getPeerCertificate().subject
  socket.destroy()
  return CN
}

const news = ({ event$ }: LabHub, state: CertificateEvent['state']): Promise<CertificateEvent> =>
  heard(event$, (event): event is CertificateEvent => event._tag === 'Certificate' && event.state === state)

const gone = (hub: LabHub, vmac: string): Promise<{ readonly cause: Cause }> =>
  heard(hub.event$.pipe(filter(isTag('NodeDisconnected'))), (event): event is typeof event => event.vmac === vmac)

describe('TLS material that changes while a hub and nodes run', () => {
  it('is for new handshakes at once, and leaves connections alone that are there', async () => {
    const tls$ = changing(await lab.issue('hub-1'))
    const hub = await startHub({ tls: tls$ })
    const node = await startNode({ primaryHub: hub.uri, tls: await lab.issue('node') })
    await connected(node)
    expect(await shownBy(hub)).toBe('hub-1')
    tls$.next(await lab.issue('hub-2'))
    expect(await news(hub, 'reloaded')).toMatchObject({ subject: 'CN=hub-2' })
    expect(await shownBy(hub)).toBe('hub-2')
    expect(hub.events.filter(isTag('NodeDisconnected'))).toEqual([])
    expect(await firstValueFrom(node.status$)).toMatchObject({ hubConnection: 'primary' })
  })

  it('moves trust to another issuer without a restart', async () => {
    const young = await testAuthority('young')
    const stranger = await young.issue('young node')
    const tls$ = changing(await lab.issue('hub'))
    const hub = await startHub({ tls: tls$ })
    const both = { ca: [young.authority.certificate, lab.authority.certificate] }
    const early = await startNode({ primaryHub: hub.uri, tls: { ...stranger, ...both } })
    expect((await heard(hub.event$, isTag('Refused'))).reason).toMatch(/not signed directly/)
    await early.close()
    tls$.next({ ...tls$.value, ...both })
    await news(hub, 'reloaded')
    await connected(await startNode({ primaryHub: hub.uri, tls: { ...stranger, ...both } }))
  })

  it('is taken by a node at its next dial', async () => {
    const hub = await startHub({ tls: await lab.issue('hub') })
    const outsider = await testAuthority('outside')
    const tls$ = changing(await outsider.issue('node'))
    const node = await startNode({ primaryHub: hub.uri, tls: tls$, timings: { minReconnect: ms(20) } })
    await heard(node.event$, isTag('FailedConnection'))
    tls$.next(await lab.issue('node'))
    await connected(node)
  })

  it('is taken when connections are made anew: by a node that is asked to, and by nodes that a hub sends away', async () => {
    const tls$ = changing(await lab.issue('hub'))
    // Fingerprints show which certificate came.
    const hub = await startHub({ tls: tls$, identity: { policy: 'pin', by: 'fingerprint', reportOnly: true } })
    const nodeTls$ = changing(await lab.issue('node'))
    const node = await startNode({ primaryHub: hub.uri, tls: nodeTls$ })
    await connected(node)
    nodeTls$.next(await lab.issue('node'))
    node.submit({ _tag: 'Reconnect' })
    await heard(hub.event$, isTag('IdentityDiffers'))
    const back = heard(hub.event$.pipe(filter(isTag('NodeConnected')), skip(2)), isTag('NodeConnected'))
    hub.command({ _tag: 'ReconnectNodes', pace: ms(1) })
    expect(await heard(hub.event$, isTag('NodesReconnected'))).toMatchObject({ count: 1 })
    await back
    expect(hub.events.filter(isTag('NodeDisconnected'))).toHaveLength(2)
  })

  it('may come late: until then nobody is dialled and nobody listens', async () => {
    const hubTls$ = new ReplaySubject<TlsMaterial>(1)
    const nodeTls$ = new ReplaySubject<TlsMaterial>(1)
    const starting = startHub({ tls: hubTls$ })
    hubTls$.next(await lab.issue('hub'))
    const hub = await starting
    const node = await startNode({ primaryHub: hub.uri, tls: nodeTls$ })
    nodeTls$.next(await lab.issue('node'))
    await connected(node)
    expect(node.frames.length).toBeGreaterThan(0)
  })

  it.each([
    ['an unknown key', async () => ({ ...(await lab.issue('a')), key: (await lab.issue('b')).key }), /does not belong/],
    ['no issuer', async () => ({ ...(await lab.issue('a')), ca: [] }), /no issuer/],
    ['nonsense', () => Promise.resolve({ ca: ['?'], cert: '?', key: '?' }), /not a PEM certificate/],
    ["somebody else's CRL", async () => lab.issue('a', await (await testAuthority('other')).revoke()), /not signed by/],
  ])('that comes later and has %s is told, and what is in use stays', async (_, material, message) => {
    const tls$ = changing(await lab.issue('hub-1'))
    const hub = await startHub({ tls: tls$ })
    tls$.next(await material())
    expect((await news(hub, 'refused')).message).toMatch(message)
    expect(await shownBy(hub)).toBe('hub-1')
    tls$.next(await lab.issue('hub-2'))
    await news(hub, 'reloaded')
    expect(await shownBy(hub)).toBe('hub-2')
  })

  it('whose source fails is told, and what is in use stays', async () => {
    const failing$ = concat(
      of(await lab.issue('hub-1')),
      throwError(() => new Error('the vault is closed')),
    )
    const hub = await startHub({ tls: failing$ })
    expect((await news(hub, 'refused')).message).toMatch(/the vault is closed/)
    expect(await shownBy(hub)).toBe('hub-1')
  })

  it.each([
    ['is unusable', () => of({ ca: ['?'], cert: '?', key: '?' })],
    ['never comes', () => EMPTY],
    ['fails', () => throwError(() => new Error('no vault'))],
  ])('ends the start with a ConfigurationError where the first %s', async (_, tls$) => {
    const hub$ = NEVER.pipe(scHub({ listen: 'wss://127.0.0.1:0', tls: tls$() }))
    await expect(lastValueFrom(hub$)).rejects.toThrow(ConfigurationError)
    const node$ = NEVER.pipe(scNode({ primaryHub: 'wss://127.0.0.1:1', tls: tls$() }))
    await expect(lastValueFrom(node$)).rejects.toThrow(ConfigurationError)
  })

  it('that others would not trust is told at the start', async () => {
    const { certificate } = await createAuthority('another')
    const hub = await startHub({ tls: { ...(await lab.issue('hub')), ca: [certificate] } })
    expect((await news(hub, 'doubtful')).message).toMatch(/CN=hub is not signed directly by a configured issuer/)
    const own = await lab.issue('revoked hub')
    const revoked = await startHub({ tls: { ...own, crl: [await lab.revoke(own.cert)] } })
    expect((await news(revoked, 'doubtful')).message).toMatch(/CN=revoked hub is revoked/)
  })
})

describe('a certificate revocation list', () => {
  it('cuts the live connection of a node whose certificate it revokes, and no other', async () => {
    const tls$ = changing(await lab.issue('hub', await lab.revoke()))
    const hub = await startHub({ tls: tls$ })
    const thief = await lab.issue('thief')
    const stolen = await startNode({ primaryHub: hub.uri, tls: thief })
    const honest = await startNode({ primaryHub: hub.uri, tls: await lab.issue('honest') })
    await Promise.all([connected(stolen), connected(honest)])
    const left = gone(hub, await stolen.vmac())
    tls$.next({ ...tls$.value, crl: [await lab.revoke(thief.cert)] })
    expect((await left).cause).toEqual({
      errorCode: ErrorCode.TLS_CLIENT_CERTIFICATE_REVOKED,
      detail: 'the certificate is revoked',
    })
    expect((await heard(hub.event$, isTag('Refused'))).reason).toBe('TLS: the certificate is revoked')
    expect(hub.events.filter(isTag('NodeDisconnected'))).toHaveLength(1)
    expect(await firstValueFrom(honest.status$)).toMatchObject({ hubConnection: 'primary' })
  })

  it('cuts a live direct connection, whichever side has the list', async () => {
    const hub = await startHub({ tls: await lab.issue('hub') })
    const [one, other] = [await lab.issue('one'), await lab.issue('other')]
    for (const side of ['accepting', 'initiating'] as const) {
      const tls$ = changing(side === 'accepting' ? one : other)
      const accepting = await startNode({
        primaryHub: hub.uri,
        tls: side === 'accepting' ? tls$ : one,
        directConnections: { listen: 'wss://127.0.0.1:0' },
      })
      const initiating = await startNode({
        primaryHub: hub.uri,
        tls: side === 'initiating' ? tls$ : other,
        directConnections: { initiate: true },
      })
      await Promise.all([connected(accepting), connected(initiating)])
      const up = heard(initiating.event$, isTag('DirectConnected'))
      initiating.send(Uint8Array.of(1, 0, 16, 8), await accepting.vmac())
      await up
      const [listed, seer] = side === 'accepting' ? [other, accepting] : [one, initiating]
      const cut = heard(seer.event$, isTag('DirectDisconnected'))
      tls$.next({ ...tls$.value, crl: [await lab.revoke(listed.cert)] })
      expect((await cut).cause).toEqual({
        errorCode: side === 'accepting' ? 186 : 187,
        detail: 'the certificate is revoked',
      })
      await Promise.all([accepting.close(), initiating.close()])
    }
  })

  it('cuts the live connection to a hub whose certificate it revokes, and keeps the node from it', async () => {
    const hubTls = await lab.issue('hub')
    const hub = await startHub({ tls: hubTls })
    const tls$ = changing(await lab.issue('node'))
    const node = await startNode({ primaryHub: hub.uri, tls: tls$ })
    await connected(node)
    const lost = heard(node.event$, isTag('LostConnection'))
    const failed = heard(node.event$, isTag('FailedConnection'))
    tls$.next({ ...tls$.value, crl: [await lab.revoke(hubTls.cert)] })
    const { TLS_SERVER_CERTIFICATE_REVOKED: errorCode } = ErrorCode
    expect((await lost).cause).toEqual({ errorCode, detail: 'the certificate is revoked' })
    expect((await failed).cause).toEqual({ errorCode, detail: 'the certificate is revoked' })
  })

  it('that has expired refuses new handshakes of its issuer, and cuts nobody', async () => {
    const tls$ = changing(await lab.issue('hub'))
    const hub = await startHub({ tls: tls$ })
    const there = await startNode({ primaryHub: hub.uri, tls: await lab.issue('node') })
    await connected(there)
    tls$.next({ ...tls$.value, crl: [await lab.expiredList()] })
    expect((await news(hub, 'expired')).message).toBe('the CRL of CN=living lab has expired')
    await startNode({ primaryHub: hub.uri, tls: await lab.issue('late') })
    expect((await heard(hub.event$, isTag('Refused'))).reason).toBe("TLS: the issuer's CRL has expired")
    expect(hub.events.filter(isTag('NodeDisconnected'))).toEqual([])
  })

  it('that has expired keeps a node from its hub', async () => {
    const hub = await startHub({ tls: await lab.issue('hub') })
    const tls = await lab.issue('node', await lab.expiredList())
    const node = await startNode({ primaryHub: hub.uri, tls })
    expect((await heard(node.event$, isTag('FailedConnection'))).cause).toEqual({
      errorCode: ErrorCode.TLS_SERVER_AUTHENTICATION_FAILED,
      detail: "the issuer's CRL has expired",
    })
  })

  it('of one issuer says nothing about the certificates of another', async () => {
    const other = await testAuthority('other')
    const tls = await lab.issue('hub', await lab.expiredList())
    const ca = [...tls.ca, other.authority.certificate]
    const hub = await startHub({ tls: { ...tls, ca } })
    await connected(await startNode({ primaryHub: hub.uri, tls: { ...(await other.issue('node')), ca } }))
  })
})
