import { createPrivateKey, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect, createServer, type TLSSocket } from 'node:tls'
import { beforeAll, describe, expect, it } from 'vitest'
import { createAuthority, issueCertificate, type Authority, type Issued } from '../../src/pki/lab-authority.js'

const x509 = (issued: Issued): X509Certificate => new X509Certificate(issued.certificate)
const YEAR = 365 * 24 * 3_600_000

let authority: Authority
let device: Issued

beforeAll(async () => {
  authority = await createAuthority('Test, "lab" #1')
  device = await issueCertificate(authority, 'device')
})

describe('the authority', () => {
  it('certifies itself as an authority', () => {
    const certificate = x509(authority)
    expect(certificate.subject).toBe('CN=Test\\, \\"lab\\" #1')
    expect(certificate.ca).toBe(true)
    expect(certificate.checkIssued(certificate)).toBe(true)
    expect(certificate.verify(certificate.publicKey)).toBe(true)
    expect(certificate.checkPrivateKey(createPrivateKey(authority.privateKey))).toBe(true)
  })

  it('is valid from an hour ago and for ten years', async () => {
    const certificate = x509(await createAuthority('lab', () => new Date('2026-03-04T05:06:07Z')))
    expect(new Date(certificate.validFrom).toISOString()).toBe('2026-03-04T04:06:07.000Z')
    expect(new Date(certificate.validTo).toISOString()).toBe('2036-03-04T05:06:07.000Z')
  })

  it('keeps its key as PKCS #8 PEM', () => {
    expect(authority.privateKey).toMatch(/^-----BEGIN PRIVATE KEY-----\n[^]+\n-----END PRIVATE KEY-----\n$/)
    expect(createPrivateKey(authority.privateKey).asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' })
  })
})

describe('an issued certificate', () => {
  it('is signed directly by the authority', () => {
    const certificate = x509(device)
    expect(certificate.checkIssued(x509(authority))).toBe(true)
    expect(certificate.verify(x509(authority).publicKey)).toBe(true)
    expect(certificate.checkPrivateKey(createPrivateKey(device.privateKey))).toBe(true)
    expect(certificate.ca).toBe(false)
    expect(certificate.subject).toBe('CN=device')
  })

  it('is for servers and clients on this computer', () => {
    const certificate = x509(device)
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'])
    expect(certificate.subjectAltName).toBe('DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1')
  })

  it('is for the given hosts', async () => {
    const hosts = ['hub.example', '10.1.2.3', 'fd00::12:ab', '::ffff:192.0.2.1', 'hub.example']
    const certificate = x509(await issueCertificate(authority, 'hub', hosts))
    expect(certificate.checkHost('hub.example')).toBe('hub.example')
    expect(certificate.checkIP('10.1.2.3')).toBe('10.1.2.3')
    expect(certificate.checkIP('fd00::12:ab')).toBe('fd00::12:ab')
    expect(certificate.checkIP('::ffff:192.0.2.1')).toBe('::ffff:192.0.2.1')
    expect(certificate.checkHost('localhost')).toBeUndefined()
    expect(certificate.subjectAltName?.match(/hub\.example/g)).toHaveLength(1)
  })

  it('has a positive serial number of its own', async () => {
    const other = await issueCertificate(authority, 'device')
    expect(x509(device).serialNumber).toMatch(/^[4-7][0-9A-F]{31}$/)
    expect(x509(other).serialNumber).not.toBe(x509(device).serialNumber)
  })

  it('is valid for two years, and never longer than the authority', async () => {
    const clock = (): Date => new Date('2026-03-04T05:06:07Z')
    const old = await createAuthority('old', clock)
    const valid = async (now: Date): Promise<string> => x509(await issueCertificate(old, 'x', [], () => now)).validTo
    expect(new Date(await valid(clock())).toISOString()).toBe('2028-03-04T05:06:07.000Z')
    expect(await valid(new Date(clock().getTime() + 9 * YEAR))).toBe(x509(old).validTo)
    await expect(valid(new Date(clock().getTime() + 11 * YEAR))).rejects.toThrow(/^the authority ended on /)
  })
})

describe('what cannot issue', () => {
  it.each<[what: string, authority: () => Authority, message: string]>([
    ['a key of somebody else', () => ({ ...authority, privateKey: device.privateKey }), 'does not belong'],
    ['an ordinary certificate', () => device, 'the certificate is not one of an authority'],
    ['no certificate', () => ({ ...authority, certificate: 'x' }), 'the certificate is not a PEM certificate'],
    ['no key', () => ({ ...authority, privateKey: 'x' }), 'the private key is not an unencrypted PEM key'],
  ])('%s', async (_, wrong, message) => {
    await expect(issueCertificate(wrong(), 'x')).rejects.toThrow(message)
  })

  it('the authority under its own name', async () => {
    const lab = await createAuthority('lab')
    await expect(issueCertificate(lab, 'lab')).rejects.toThrow("'lab' is the name of the authority itself")
  })
})

describe('TLS 1.3 with mutual authentication', () => {
  /** What the client hears from a server that greets everybody whom it trusts, and whom the server refused. */
  const meet = async (client: Issued, trusted: Authority): Promise<{ heard: string; refused: string[] }> => {
    const refused: string[] = []
    const server = createServer({
      ca: authority.certificate,
      cert: device.certificate,
      key: device.privateKey,
      minVersion: 'TLSv1.3',
      requestCert: true,
      rejectUnauthorized: true,
    })
    server.on('tlsClientError', (error: Error) => refused.push(error.message))
    server.on('secureConnection', (socket: TLSSocket) => {
      socket.end(`${socket.getProtocol() ?? ''} ${String(socket.getPeerCertificate().subject.CN)}`)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const socket = connect({
      host: '127.0.0.1',
      port,
      ca: trusted.certificate,
      cert: client.certificate,
      key: client.privateKey,
      minVersion: 'TLSv1.3',
    })
    let heard = ''
    socket.setEncoding('utf8').on('data', (text: string) => (heard += text))
    socket.on('error', (error: Error) => (heard += error.message))
    await new Promise(resolve => socket.once('close', resolve))
    await new Promise(resolve => server.close(resolve))
    return { heard, refused }
  }

  it('connects two devices of one authority, with the host name checked', async () => {
    const client = await issueCertificate(authority, 'client')
    expect(await meet(client, authority)).toEqual({ heard: 'TLSv1.3 client', refused: [] })
  })

  it('refuses a client of another authority, even of the same name', async () => {
    const stranger = await issueCertificate(await createAuthority('Test, "lab" #1'), 'client')
    const { heard, refused } = await meet(stranger, authority)
    expect(heard).not.toContain('TLSv1.3')
    expect(refused).toHaveLength(1)
  })

  it('refuses a server of another authority', async () => {
    const other = await createAuthority('other')
    const { heard } = await meet(await issueCertificate(authority, 'client'), other)
    expect(heard).toMatch(/certificate/)
  })
})
