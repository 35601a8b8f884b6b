import { X509Certificate } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import { afterEach, describe, expect, it } from 'vitest'
import type { TlsMaterial } from '../../src/io/tls.js'
import { newKeys, SIGNING } from '../../src/pki/keys.js'
import { loadX509 } from '../../src/pki/x509-library.js'
import { closeCli, runCli } from '../support/cli.js'
import { labFolder } from '../support/lab-folder.js'
import { closeLab, heard, isTag, labTls, startHub } from '../support/lab.js'
import { memoryMiB } from '../support/memory.js'
import { closeOf, rawTls } from '../support/raw-client.js'

const STRANGE = 'TLS: the certificate is not signed directly by a configured issuer'

/** A certificate that anybody can make: signed by nobody whom we trust, with those octets in an extension. */
const strangerWith = async (octets: Uint8Array): Promise<Pick<TlsMaterial, 'cert' | 'key'>> => {
  const x509 = await loadX509()
  const [keys, issuer] = await Promise.all([newKeys(), newKeys()])
  const certificate = await x509.X509CertificateGenerator.create({
    subject: 'CN=stranger',
    issuer: 'CN=nobody',
    publicKey: keys.publicKey,
    signingKey: issuer.signingKey,
    signingAlgorithm: SIGNING,
    extensions: [new x509.Extension('1.3.6.1.4.1.99999.1', false, octets)],
  })
  return { cert: `${certificate.toString('pem')}\n`, key: keys.pem }
}

describe('the certificate that a peer shows', () => {
  afterEach(() => {
    closeLab()
    closeCli()
  })

  it('is let go of with the connection, and so are those that came with it', async () => {
    const folder = await labFolder(['hub'])
    const hub = runCli(['hub', '--json', '--arrival-pace', '1000', '--max-per-address', '1000', ...folder.flags('hub')])
    const uri = String((await hub.event('listening'))['uri'])
    const own = await strangerWith(new Uint8Array(0))
    const large = await strangerWith(new Uint8Array(90_000))
    const secureContext = createSecureContext({ cert: own.cert + large.cert, key: own.key })
    const knock = async (): Promise<void> => {
      const socket = rawTls(uri, { ...own, ca: [] }, { secureContext, rejectUnauthorized: false })
      await closeOf(socket)
    }
    const knocks = async (rounds: number): Promise<number> => {
      for (let round = 0; round < rounds; round++) await Promise.all(Array.from({ length: 10 }, knock))
      return memoryMiB(hub.pid)
    }
    const before = await knocks(20)
    await hub.event('refused', { reason: STRANGE })
    const after = await knocks(30)
    folder.remove()
    expect(after - before, 'MiB after 300 connections that sent 90 KB each').toBeLessThan(25)
  })

  it('is the one it proved to have the key of, and not another that is inside it', async () => {
    const trusted = await labTls('device')
    const inside = Buffer.from(`\n${trusted.cert}\n`)
    const stranger = await strangerWith(inside)
    expect(new X509Certificate(stranger.cert).raw.includes(inside)).toBe(true)
    const hub = await startHub()
    rawTls(hub.uri, { ...stranger, ca: trusted.ca })
    const { reason } = await heard(hub.event$, isTag('Refused'))
    expect(reason).toBe(STRANGE)
  })
})
