import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import { firstValueFrom, lastValueFrom, NEVER } from 'rxjs'
import { ConfigurationError, scHub, scNode } from '../../src/index.js'
import type { TlsMaterial } from '../../src/io/tls.js'
import { readKeys, SIGNING } from '../../src/pki/keys.js'
import { createAuthority, issueCertificate, LOCAL_HOSTS, type Authority } from '../../src/pki/lab-authority.js'
import { loadX509 } from '../../src/pki/x509-library.js'
import { closeLab, connected, heard, isTag, labAuthority, labTls, startHub, startNode } from '../support/lab.js'
import { rawClient, rawTls } from '../support/raw-client.js'

const inYears = (years: number): Date => {
  const date = new Date()
  date.setUTCFullYear(date.getUTCFullYear() + years)
  return date
}

/** The same authority, name and key, with a certificate of this issuer (itself, for one) made so many years from now. */
const certifiedBy = async (issuer: Authority, authority: Authority, years = 0): Promise<Authority> => {
  const x509 = await loadX509()
  const keys = await readKeys(authority.privateKey)
  const certificate = await x509.X509CertificateGenerator.create({
    subject: new x509.X509Certificate(authority.certificate).subjectName,
    issuer: new x509.X509Certificate(issuer.certificate).subjectName,
    notBefore: inYears(years),
    notAfter: inYears(years + 10),
    publicKey: keys.publicKey,
    signingKey: (await readKeys(issuer.privateKey)).signingKey,
    signingAlgorithm: SIGNING,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { certificate: `${certificate.toString('pem')}\n`, privateKey: authority.privateKey }
}

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
    expect((await heard(hub.event$, isTag('Refused'))).reason).toBe('TLS: the peer has no certificate')
  })

  it("does not compare host names: a hub's certificate for another name is good", async () => {
    const authority = await labAuthority()
    const issued = await issueCertificate(authority, 'hub elsewhere', ['hub.example.org'])
    const tls = { ca: [authority.certificate], cert: issued.certificate, key: issued.privateKey }
    const hub = await startHub({ tls })
    await connected(await startNode({ primaryHub: hub.uri }))
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

describe('an issuer', () => {
  afterEach(closeLab)

  it('may itself have expired, as long as the certificates of the devices have not', async () => {
    const issuer = await createAuthority('expired lab')
    const { certificate } = await certifiedBy(issuer, issuer, -11)
    expect(new Date(new X509Certificate(certificate).validTo).getTime()).toBeLessThan(Date.now())
    const [hubTls, nodeTls] = await Promise.all([
      labTls('hub', Promise.resolve(issuer)),
      labTls('node', Promise.resolve(issuer)),
    ])
    const hub = await startHub({ tls: { ...hubTls, ca: [certificate] } })
    await connected(await startNode({ primaryHub: hub.uri, tls: { ...nodeTls, ca: [certificate] } }))
  })
})

describe('an issuer that another one signed', () => {
  afterEach(closeLab)

  it('is trusted where it is configured itself, without that other one', async () => {
    const between = await certifiedBy(await labAuthority(), await createAuthority('intermediate'))
    const issuer = Promise.resolve(between)
    const hub = await startHub({ tls: await labTls('hub', issuer) })
    await connected(await startNode({ primaryHub: hub.uri, tls: await labTls('node', issuer) }))
  })
})

describe('a certificate that', () => {
  afterEach(closeLab)

  const issuedIn = async (years: number): Promise<Partial<TlsMaterial>> => {
    const { certificate, privateKey } = await issueCertificate(await labAuthority(), 'device', LOCAL_HOSTS, () =>
      inYears(years),
    )
    return { cert: certificate, key: privateKey }
  }
  const UNTRUSTED = 'the certificate is not signed directly by a configured issuer'

  const bad: readonly (readonly [string, () => Promise<Partial<TlsMaterial>>, string, number])[] = [
    ['has expired', () => issuedIn(-3), 'the certificate has expired', 185],
    ['is not yet valid', () => issuedIn(1), 'the certificate is not yet valid', 181],
    ["is a foreign issuer's", () => labTls('device', createAuthority('another lab')), UNTRUSTED, 183],
    ["is a foreign issuer's of the same name", () => labTls('device', createAuthority('test lab')), UNTRUSTED, 183],
    [
      "is self-signed and has the issuer's very name",
      async () => {
        const { certificate, privateKey } = await createAuthority('test lab')
        return { cert: certificate, key: privateKey }
      },
      UNTRUSTED,
      183,
    ],
    [
      'is signed by an intermediate that the issuer signed',
      async () => {
        const between = await certifiedBy(await labAuthority(), await createAuthority('intermediate'))
        const { certificate, privateKey } = await issueCertificate(between, 'device')
        return { cert: `${certificate}${between.certificate}`, key: privateKey }
      },
      UNTRUSTED,
      183,
    ],
  ]

  it.each(bad)('%s is refused at the hub', async (_, material, reason) => {
    const hub = await startHub()
    const { ca } = await labTls('device')
    const node = await startNode({ primaryHub: hub.uri, tls: { ...(await labTls('node')), ...(await material()), ca } })
    const failed = heard(node.event$, isTag('FailedConnection'))
    expect((await heard(hub.event$, isTag('Refused'))).reason).toBe(`TLS: ${reason}`)
    expect((await failed).cause.errorCode).toBe(196)
  })

  it.each(bad)('%s is refused at the node', async (_, material, detail, errorCode) => {
    const { ca } = await labTls('device')
    const hub = await startHub({ tls: { ...(await labTls('hub')), ...(await material()), ca } })
    const node = await startNode({ primaryHub: hub.uri })
    expect((await heard(node.event$, isTag('FailedConnection'))).cause).toEqual({ errorCode, detail })
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
