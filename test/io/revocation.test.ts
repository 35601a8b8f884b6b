import { X509Certificate } from 'node:crypto'
import * as E from 'fp-ts/lib/Either.js'
import { beforeAll, describe, expect, it } from 'vitest'
import { readRevocation } from '../../src/io/revocation.js'
import { isRevoked } from '../../src/io/tls.js'
import { testAuthority, type TestAuthority } from '../support/living-tls.js'

let lab: TestAuthority
let issuer: X509Certificate
let device: X509Certificate

beforeAll(async () => {
  lab = await testAuthority()
  issuer = new X509Certificate(lab.authority.certificate)
  device = new X509Certificate((await lab.issue('device')).cert)
})

const derOf = (pem: string): Uint8Array => Buffer.from(pem.replace(/-----.*-----/g, ''), 'base64')

const revokes = (lists: readonly (string | Uint8Array)[], certificate = device): boolean | string => {
  const read = readRevocation(lists, [issuer])
  return E.isLeft(read) ? read.left : isRevoked(certificate, { issuers: [issuer], revocation: read.right })
}

describe('revocation lists', () => {
  it('are PEM, alone or several in a text, or DER', async () => {
    const list = await lab.revoke(device.toString())
    expect(revokes([list])).toBe(true)
    expect(revokes([`# lists\n${list}\n${list}`])).toBe(true)
    expect(revokes([derOf(list)])).toBe(true)
    expect(revokes([])).toBe(false)
  })

  it('replace each other: the newest counts, in whatever order they are given', async () => {
    const full = await lab.revoke(device.toString())
    const older = await lab.expiredList()
    expect(revokes([full, older])).toBe(true)
    expect(revokes([older, full])).toBe(true)
    expect(revokes([older])).toBe(false)
  })

  it('are not believed when an octet of them was changed', async () => {
    const der = Buffer.from(derOf(await lab.revoke(device.toString())))
    const at = der.indexOf(Buffer.from(device.serialNumber, 'hex')) + 5
    der[at] = (der[at] ?? 0) ^ 1
    expect(revokes([der])).toBe('a CRL is not signed by a configured issuer')
  })

  it("say nothing of another issuer's certificate with the same serial number", async () => {
    const list = await lab.revoke(device.toString())
    const other = await testAuthority('other')
    const read = readRevocation([list], [issuer, new X509Certificate(other.authority.certificate)])
    if (E.isLeft(read)) throw new Error(read.left)
    const revocation = new Map(
      [...read.right].map(([, value]) => [new X509Certificate(other.authority.certificate), value]),
    )
    expect(isRevoked(device, { issuers: [...revocation.keys()], revocation })).toBe(false)
  })

  it.each([
    ['no PEM', 'nonsense', 'a CRL is neither PEM nor DER'],
    ['PEM of something else', () => lab.authority.certificate, 'a CRL is neither PEM nor DER'],
    [
      'PEM of nothing',
      '-----BEGIN X509 CRL-----\n-----END X509 CRL-----\n',
      /^a CRL cannot be used: it is not the DER/,
    ],
  ])('that are %s are refused', (_, text, reason) => {
    expect(revokes([typeof text === 'string' ? text : text()])).toEqual(
      typeof reason === 'string' ? reason : expect.stringMatching(reason),
    )
  })
})
