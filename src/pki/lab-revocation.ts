import { createPublicKey } from 'node:crypto'
import type * as X509 from '@peculiar/x509'
import {
  LEEWAY_MS,
  readAuthority,
  readCertificate,
  systemClock,
  type Authority,
  type Clock,
  type Issuer,
} from './lab-authority.js'
import { SIGNING } from './keys.js'
import { loadX509, type X509Library } from './x509-library.js'

/** How long a list counts, in days, where nothing else is said. */
export const REVOCATION_DAYS = 365

const DAY_MS = 86_400_000

/** What the next list of an authority is made of. */
export interface RevocationChange {
  /** The list so far, as PEM; `undefined` for the first. All that it revokes stays revoked. */
  readonly previous: string | undefined
  /** The certificate to revoke, as PEM; `undefined` to renew the list as it is. */
  readonly certificate: string | undefined
  /** For how many days it counts. */
  readonly days: number
}

/**
 * Makes the next certificate revocation list of an authority, as PEM.
 *
 * Rejects with one line when the authority cannot sign, or the list or the certificate are not its own.
 */
export const revocationList = async (
  authority: Authority,
  { previous, certificate, days }: RevocationChange,
  clock: Clock = systemClock,
): Promise<string> => {
  const x509 = await loadX509()
  const now = clock()
  const issuer = await readAuthority(x509, authority, now)
  const before = previous === undefined ? undefined : await readList(x509, previous, issuer)
  const entries: X509.X509CrlEntryParams[] = (before?.entries ?? []).map(({ serialNumber, revocationDate }) => ({
    serialNumber,
    revocationDate,
  }))
  const serialNumber = certificate === undefined ? undefined : ownSerial(certificate, issuer)
  if (serialNumber !== undefined && !entries.some(entry => entry.serialNumber === serialNumber)) {
    entries.push({ serialNumber, revocationDate: now })
  }
  const list = await x509.X509CrlGenerator.create({
    issuer: issuer.certificate.subjectName,
    thisUpdate: new Date(now.getTime() - LEEWAY_MS),
    nextUpdate: new Date(now.getTime() + days * DAY_MS),
    entries,
    signingKey: issuer.keys.signingKey,
    signingAlgorithm: SIGNING,
    extensions: [
      await x509.AuthorityKeyIdentifierExtension.create(issuer.certificate.publicKey),
      new x509.Extension(CRL_NUMBER, false, derInteger(numberOf(before) + 1n)),
    ],
  })
  return pem(list)
}

/** The label of RFC 7468, which others read; the library writes another. */
const pem = (list: X509.X509Crl): string => {
  const base64 = Buffer.from(list.rawData).toString('base64').replace(/.{64}/g, '$&\n').trimEnd()
  return `-----BEGIN X509 CRL-----\n${base64}\n-----END X509 CRL-----\n`
}

const readList = async (x509: X509Library, pem: string, { certificate }: Issuer): Promise<X509.X509Crl> => {
  const list = parsed(() => new x509.X509Crl(pem))
  const own = list !== undefined && (await list.verify({ publicKey: certificate.publicKey }))
  if (!own) throw new Error('the revocation list is not one of the authority')
  return list
}

const parsed = <A>(parse: () => A): A | undefined => {
  try {
    return parse()
  } catch {
    return undefined
  }
}

/** The serial number as the octets of an INTEGER in hex: one that would look negative has an octet more. */
const ownSerial = (pem: string, { certificate: issuer }: Issuer): string => {
  const certificate = readCertificate(pem)
  const key = createPublicKey({ key: Buffer.from(issuer.publicKey.rawData), format: 'der', type: 'spki' })
  if (!certificate.verify(key)) throw new Error('the certificate was not issued by the authority')
  const hex = certificate.serialNumber.toLowerCase()
  return hex.startsWith('0') || hex < '8' ? hex : `00${hex}`
}

/** The extension that numbers the lists of an authority (RFC 5280, 5.2.3). */
const CRL_NUMBER = '2.5.29.20'

const numberOf = (list: X509.X509Crl | undefined): bigint => {
  const extension = list?.getExtension<X509.Extension>(CRL_NUMBER)
  const digits = extension ? Buffer.from(extension.value).subarray(2).toString('hex') : ''
  return digits === '' ? 0n : BigInt(`0x${digits}`)
}

const derInteger = (value: bigint): Buffer => {
  const hex = value.toString(16)
  const octets = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')
  const positive = (octets[0] ?? 0) < 0x80 ? octets : Buffer.concat([Buffer.of(0), octets])
  return Buffer.concat([Buffer.of(0x02, positive.length), positive])
}
