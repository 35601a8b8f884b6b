import * as E from 'fp-ts/lib/Either.js'
import { constants, createPrivateKey, X509Certificate } from 'node:crypto'
import { createSecureContext, type ConnectionOptions, type SecureContextOptions, type TlsOptions } from 'node:tls'
import { isListed, readRevocation, type Revocation } from './revocation.js'

/** The TLS material of a device (clause AB.7.4): PEM texts. */
export interface TlsMaterial {
  /** Issuer certificates; a peer's certificate must be signed directly by one of them. */
  readonly ca: readonly string[]
  /** The operational certificate of this device. */
  readonly cert: string
  /** Its private key. */
  readonly key: string
  /**
   * Certificate revocation lists of the issuers: PEM texts, each with one or several, or DER. The newest of an issuer
   * counts; once that is past its time, nobody of that issuer is trusted. An issuer without a list revokes nobody.
   */
  readonly crl?: readonly (string | Uint8Array)[]
}

/** TLS material that was found to be whole and to fit together. */
export interface CheckedTls {
  readonly context: SecureContextOptions
  readonly operational: X509Certificate
  readonly issuers: readonly X509Certificate[]
  readonly revocation: Revocation
}

/**
 * Checks that everything is PEM, that there is an issuer, that key and certificate belong together, and that each CRL is
 * an issuer's. Whether all that is inside its time does not matter here.
 */
export const checkTls = ({ ca, cert, key, crl = [] }: TlsMaterial): E.Either<string, CheckedTls> => {
  if (ca.length === 0) return E.left('no issuer certificate is given')
  const issuers: X509Certificate[] = []
  for (const pem of ca) {
    const issuer = attempt(() => new X509Certificate(pem))
    if (issuer === undefined) return E.left('an issuer certificate is not a PEM certificate')
    issuers.push(issuer)
  }
  const operational = attempt(() => new X509Certificate(cert))
  if (operational === undefined) return E.left('the certificate is not a PEM certificate')
  const privateKey = attempt(() => createPrivateKey(key))
  if (privateKey === undefined) return E.left('the key is not a PEM private key')
  if (!operational.checkPrivateKey(privateKey)) return E.left('the key does not belong to the certificate')
  const revocation = readRevocation(crl, issuers)
  if (E.isLeft(revocation)) return revocation
  const context: SecureContextOptions = {
    ca: [...ca],
    cert,
    key,
    minVersion: 'TLSv1.3',
    allowPartialTrustChain: true,
    secureOptions: constants.SSL_OP_NO_TICKET,
  }
  // A weak key or signature is refused here, and not by a server that is running already.
  if (attempt(() => createSecureContext(context)) === undefined) {
    return E.left('the certificate, its key or an issuer is too weak for TLS')
  }
  return E.right({ context, operational, issuers, revocation: revocation.right })
}

const attempt = <A>(make: () => A): A | undefined => {
  try {
    return make()
  } catch {
    return undefined
  }
}

/** Options of a TLS client. Whom to trust is decided by {@link distrust} when the handshake is done. */
export const clientTls = ({ context }: CheckedTls): ConnectionOptions => ({
  ...context,
  rejectUnauthorized: false,
  checkServerIdentity: () => undefined,
})

/**
 * Options of a TLS server, apart from its certificates; whom to trust is decided by {@link distrust} when the handshake
 * is done. No ALPN: bacnet-stack offers one malformed protocol id, which must not be refused.
 */
export const serverTls: TlsOptions = { requestCert: true, rejectUnauthorized: false, ALPNProtocols: [] }

/** Why a peer is not trusted: a sentence, and the name that Node or OpenSSL has for it. */
export interface Distrust {
  readonly code: string
  readonly detail: string
}

/**
 * Why the peer of a TLS handshake is not trusted; `undefined` when it is (clause AB.7.4, 8.6 of the protocol notes): it
 * has a certificate, inside its validity period, signed directly by a configured issuer and not
 * revoked by it. Host name and the issuer's own validity are not looked at; that is why this is not left to Node, which
 * would, and which cannot look at a live connection again. `verdict` is what OpenSSL has against the certificate, if
 * anything: the socket's `authorizationError`.
 */
export const distrust = (
  peer: X509Certificate | undefined,
  verdict: unknown,
  { issuers, revocation }: CheckedTls,
  now: number,
): Distrust | undefined => {
  if (peer === undefined) return { code: 'CERT_MISSING', detail: 'the peer has no certificate' }
  const signer = issuers.find(issuer => isSigner(issuer, peer))
  if (signer === undefined) {
    return { code: 'CERT_UNTRUSTED', detail: 'the certificate is not signed directly by a configured issuer' }
  }
  if (now > Date.parse(peer.validTo)) return { code: 'CERT_HAS_EXPIRED', detail: 'the certificate has expired' }
  if (now < Date.parse(peer.validFrom))
    return { code: 'CERT_NOT_YET_VALID', detail: 'the certificate is not yet valid' }
  const list = revocation.get(signer)
  if (isListed(peer, list)) return REVOKED
  if (list !== undefined && now > (list.nextUpdate ?? Infinity)) {
    return { code: 'CRL_HAS_EXPIRED', detail: "the issuer's CRL has expired" }
  }
  if (list !== undefined && now < list.thisUpdate) {
    return { code: 'CRL_NOT_YET_VALID', detail: "the issuer's CRL is not yet valid" }
  }
  const fault = faultOf(verdict)
  return fault === undefined || ABOUT_ISSUERS.has(fault)
    ? undefined
    : { code: fault, detail: `the certificate is refused: ${fault}` }
}

/** What OpenSSL has against the issuers of an issuer, or against its age: neither counts (clause AB.7.4). */
const ABOUT_ISSUERS: ReadonlySet<string> = new Set([
  'CERT_HAS_EXPIRED',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])

const REVOKED: Distrust = { code: 'CERT_REVOKED', detail: 'the certificate is revoked' }

/** Whether an issuer has revoked a certificate that it signed. The serial number is looked up first: that is cheap. */
export const isRevoked = (
  certificate: X509Certificate | undefined,
  { issuers, revocation }: Pick<CheckedTls, 'issuers' | 'revocation'>,
): boolean =>
  certificate !== undefined &&
  issuers.some(issuer => isListed(certificate, revocation.get(issuer)) && isSigner(issuer, certificate))

/** What OpenSSL has against a peer's certificate, by its name. */
const faultOf = (error: unknown): string | undefined => {
  if (error === undefined || error === null) return undefined
  if (typeof error === 'object' && 'code' in error) return String(error.code)
  return typeof error === 'string' ? error : 'CERT_REJECTED'
}

/** Whether an issuer signed a certificate, itself and not through others. */
export const isSigner = (issuer: X509Certificate, certificate: X509Certificate): boolean =>
  certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)
