import { once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import { firstValueFrom, lastValueFrom, NEVER } from 'rxjs'
import { ConfigurationError, scHub, scNode } from '../../src/index.js'
import { createAuthority, issueCertificate } from '../../src/pki/lab-authority.js'
import { ErrorCode } from '../../src/wire/error-code.js'
import { closeLab, connected, heard, isTag, labAuthority, labTls, startHub, startNode } from '../support/lab.js'
import { rawClient, rawTls } from '../support/raw-client.js'

describe('TLS between nodes and hubs', () => {
  afterEach(closeLab)

  it('is version 1.3 and nothing below', async () => {
    const hub = await startHub()
    const tls = await labTls('old')
    await expect(rawClient(hub.uri, tls, undefined, { maxVersion: 'TLSv1.2' })).rejects.toThrow()
    const socket = rawTls(hub.uri, tls)
    await once(socket, 'secureConnect')
    expect(socket.getProtocol()).toBe('TLSv1.3')
    socket.destroy()
    expect((await heard(hub.event$, isTag('Refused'))).reason).toMatch(/^TLS: /)
  })

  it('asks clients for a certificate, and says on both sides when there is none', async () => {
    const hub = await startHub()
    const { ca } = await labTls('nobody')
    await expect(rawClient(hub.uri, undefined, undefined, { ca: [...ca] })).rejects.toThrow()
    expect((await heard(hub.event$, isTag('Refused'))).reason).toMatch(/certificate/)
  })

  it("does not compare host names: a hub's certificate for another name is good", async () => {
    const authority = await labAuthority()
    const issued = await issueCertificate(authority, 'hub elsewhere', ['hub.example.org'])
    const tls = { ca: [authority.certificate], cert: issued.certificate, key: issued.privateKey }
    const hub = await startHub({ tls })
    await connected(await startNode({ primaryHub: hub.uri }))
  })

  it("refuses a hub whose certificate is another issuer's", async () => {
    const hub = await startHub({ tls: await labTls('hub', createAuthority('another lab')) })
    const node = await startNode({ primaryHub: hub.uri })
    const { cause } = await heard(node.event$, isTag('FailedConnection'))
    expect(cause.errorCode).toBe(ErrorCode.TLS_SERVER_AUTHENTICATION_FAILED)
  })

  it('trusts any of several issuers, so that they can be rolled over', async () => {
    const [old, young] = await Promise.all([createAuthority('old'), createAuthority('young')])
    const ca = [old.certificate, young.certificate]
    const hub = await startHub({ tls: { ...(await labTls('hub', Promise.resolve(old))), ca } })
    const node = await startNode({
      primaryHub: hub.uri,
      tls: { ...(await labTls('node', Promise.resolve(young))), ca },
    })
    await connected(node)
  })

  it('lets in a client that offers one malformed ALPN protocol id, as bacnet-stack does', async () => {
    const hub = await startHub()
    const socket = rawTls(hub.uri, await labTls('peer'), { ALPNProtocols: ['h2;http/1.1'] })
    await once(socket, 'secureConnect')
    socket.destroy()
  })

  it('is not needed only where plaintext is allowed explicitly, which is warned of loudly', async () => {
    const warnings: string[] = []
    const warn = (warning: string): void => void warnings.push(warning)
    const hub = await startHub({ listen: 'ws://127.0.0.1:0', allowPlaintext: true, warn })
    const node = await startNode({ primaryHub: hub.uri, allowPlaintext: true, warn })
    await connected(node)
    expect(warnings).toHaveLength(2)
    expect(warnings[0]).toMatch(/NO TLS/)
  })
})

describe('a node or hub with options that cannot work errors with one plain sentence', () => {
  const failure = async (made: () => Promise<unknown>): Promise<string> => {
    const error: unknown = await made().then(
      () => undefined,
      (reason: unknown) => reason,
    )
    expect(error).toBeInstanceOf(ConfigurationError)
    return (error as Error).message
  }

  it.each([
    ['no hub', {}, /needs a hub/],
    ['a hub that is no URI', { primaryHub: 'hub' }, /primaryHub: 'hub' does not start with wss/],
    ['plaintext that nobody allowed', { primaryHub: 'ws://127.0.0.1:1' }, /without TLS must be allowed/],
    ['no certificates', { primaryHub: 'wss://127.0.0.1:1' }, /tls: wss needs/],
    [
      'a reserved VMAC',
      { primaryHub: 'ws://h:1', allowPlaintext: true, vmac: 'ff:ff:ff:ff:ff:ff' },
      /vmac: .* reserved/,
    ],
    ['its own hub without one', { primaryHub: 'own' }, /no hub function/],
    ['a length out of range', { primaryHub: 'ws://h:1', allowPlaintext: true, maxNpduLength: 70000 }, /maxNpduLength/],
  ])('%s', async (_, options, message) => {
    const node = scNode({ warn: () => undefined, ...options })
    expect(await failure(() => lastValueFrom(NEVER.pipe(node)))).toMatch(message)
  })

  it('a key that does not belong to the certificate', async () => {
    const [one, other] = await Promise.all([labTls('one'), labTls('other')])
    const tls = { ...one, key: other.key }
    expect(await failure(() => lastValueFrom(NEVER.pipe(scHub({ listen: 'wss://127.0.0.1:0', tls }))))).toBe(
      'tls: the key does not belong to the certificate',
    )
  })

  it('a port in use errors with what the system says', async () => {
    const hub = await startHub()
    const again = firstValueFrom(NEVER.pipe(scHub({ listen: hub.uri, tls: await labTls('hub') })))
    await expect(again).rejects.toMatchObject({ code: 'EADDRINUSE' })
    hub.kill()
  })
})
