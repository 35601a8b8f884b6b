import { createPrivateKey, randomBytes, X509Certificate } from 'node:crypto'
import { toHex } from '../values/hex.js'
import type * as X509 from '@peculiar/x509'
import { newKeys, readKeys, SIGNING, type Keys } from './keys.js'
import { loadX509, type X509Library } from './x509-library.js'

/** A certificate and its private key as PEM: an X.509 certificate and PKCS #8. */
export interface Issued {
  readonly certificate: string
  readonly privateKey: string
}

/** A certificate authority for a laboratory: its own certificate, and the key that signs others. */
export type Authority = Issued

/** Tells the time from which certificates are valid. Given by tests; the system's clock otherwise. */
export type Clock = () => Date

/** The names in a certificate for whom none are given: it serves on this computer. */
export const LOCAL_HOSTS: readonly string[] = ['localhost', '127.0.0.1', '::1']

/** Clocks of devices differ: what begins to be valid begins so long ago, in milliseconds. */
export const LEEWAY_MS = 3_600_000
const YEARS = { authority: 10, issued: 2 } as const

/** The clock of the system. */
export const systemClock: Clock = () => new Date()

/** Valid from an hour ago until so many years from now. */
const validity = (now: Date, years: number): { readonly notBefore: Date; readonly notAfter: Date } => {
  const notAfter = new Date(now)
  notAfter.setUTCFullYear(now.getUTCFullYear() + years)
  return { notBefore: new Date(now.getTime() - LEEWAY_MS), notAfter }
}

/** 16 random octets; the two top bits make the number positive and its length always the same. */
const newSerialNumber = (): string => {
  const octets = randomBytes(16)
  octets[0] = ((octets[0] ?? 0) & 0x3f) | 0x40
  return toHex(octets)
}

/** Names have no colons, and no last part of digits only. */
const isIpAddress = (host: string): boolean => host.includes(':') || /^\d+(\.\d+){3}$/.test(host)

/** IPv6 in its one short form without a dotted part: the library writes the wrong octets for `::ffff:192.0.2.1`. */
const plainIp = (address: string): string =>
  address.includes(':') ? new URL(`ws://[${address}]`).hostname.slice(1, -1) : address

const servedUnder = (x509: X509Library, hosts: readonly string[]): readonly X509.Extension[] => {
  const names = [...new Set(hosts.map(plainIp))].map(
    value => ({ type: isIpAddress(value) ? 'ip' : 'dns', value }) satisfies X509.JsonGeneralName,
  )
  return names.length === 0 ? [] : [new x509.SubjectAlternativeNameExtension(names)]
}

const commonName = (x509: X509Library, name: string): X509.Name => new x509.Name([{ CN: [{ utf8String: name }] }])

/**
 * Makes a lab authority: a self-signed EC P-256 certificate with this common name, valid for ten years. It signs the
 * certificates of devices itself and no further authorities, as BACnet/SC asks for (clause AB.7.4).
 */
export const createAuthority = async (name: string, clock: Clock = systemClock): Promise<Authority> => {
  const x509 = await loadX509()
  const keys = await newKeys()
  const subject = commonName(x509, name)
  const certificate = await x509.X509CertificateGenerator.create({
    ...validity(clock(), YEARS.authority),
    serialNumber: newSerialNumber(),
    subject,
    issuer: subject,
    publicKey: keys.publicKey,
    signingKey: keys.signingKey,
    signingAlgorithm: SIGNING,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { certificate: pem(certificate), privateKey: keys.pem }
}

/**
 * Issues an EC P-256 certificate for one device, to be used as TLS server and as TLS client, valid for two years or as
 * long as the authority. `hosts` are the IP addresses and DNS names it serves under.
 *
 * Rejects with one line when the authority is not one, has ended, or has another's private key.
 */
export const issueCertificate = async (
  authority: Authority,
  name: string,
  hosts: readonly string[] = LOCAL_HOSTS,
  clock: Clock = systemClock,
): Promise<Issued> => {
  const x509 = await loadX509()
  const now = clock()
  const issuer = await readAuthority(x509, authority, now)
  const subject = commonName(x509, name)
  if (subject.toString() === issuer.certificate.subject) {
    throw new Error(`'${name}' is the name of the authority itself, so that the certificate would look self-signed`)
  }
  const keys = await newKeys()
  const { notBefore, notAfter } = validity(now, YEARS.issued)
  const certificate = await x509.X509CertificateGenerator.create({
    notBefore,
    notAfter: notAfter < issuer.certificate.notAfter ? notAfter : issuer.certificate.notAfter,
    serialNumber: newSerialNumber(),
    subject,
    issuer: issuer.certificate.subjectName,
    publicKey: keys.publicKey,
    signingKey: issuer.keys.signingKey,
    signingAlgorithm: SIGNING,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth]),
      ...servedUnder(x509, hosts),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.certificate.publicKey),
    ],
  })
  return { certificate: pem(certificate), privateKey: keys.pem }
}

/** An authority that can sign. */
export interface Issuer {
  readonly certificate: X509.X509Certificate
  readonly keys: Keys
}

/** Reads an authority. Rejects with one line when it is not one, has ended, or has another's private key. */
export const readAuthority = async (x509: X509Library, authority: Authority, now: Date): Promise<Issuer> => {
  const certificate = readCertificate(authority.certificate)
  const keys = await readKeys(authority.privateKey)
  if (!certificate.ca) throw new Error('the certificate is not one of an authority')
  if (!certificate.checkPrivateKey(createPrivateKey(keys.pem))) {
    throw new Error('the private key does not belong to the certificate of the authority')
  }
  if (new Date(certificate.validTo) <= now) throw new Error(`the authority ended on ${certificate.validTo}`)
  return { certificate: new x509.X509Certificate(certificate.raw), keys }
}

/** Reads a certificate from PEM, or throws one line. */
export const readCertificate = (text: string): X509Certificate => {
  try {
    return new X509Certificate(text)
  } catch (error) {
    throw new Error('the certificate is not a PEM certificate', { cause: error })
  }
}

const pem = (certificate: X509.X509Certificate): string => `${certificate.toString('pem')}\n`
