import * as E from 'fp-ts/lib/Either.js'
import { constants, createPrivateKey, X509Certificate } from 'node:crypto'
import type { ConnectionOptions, SecureContextOptions, TlsOptions, TLSSocket } from 'node:tls'

/** The TLS material of a device (clause AB.7.4): PEM texts. */
export interface TlsMaterial {
  /** Issuer certificates; a peer's certificate must be signed directly by one of them. */
  readonly ca: readonly string[]
  /** The operational certificate of this device. */
  readonly cert: string
  /** Its private key. */
  readonly key: string
}

/** TLS material that was found to be whole and to fit together. */
export interface CheckedTls {
  readonly context: SecureContextOptions
  readonly issuers: readonly X509Certificate[]
}

/** Checks that everything is PEM, that there is an issuer, and that key and certificate belong together. */
export const checkTls = ({ ca, cert, key }: TlsMaterial): E.Either<string, CheckedTls> => {
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
  const context: SecureContextOptions = {
    ca: [...ca],
    cert,
    key,
    minVersion: 'TLSv1.3',
    allowPartialTrustChain: true,
    secureOptions: constants.SSL_OP_NO_TICKET,
  }
  return E.right({ context, issuers })
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
 * Options of a TLS server; whom to trust is decided by {@link distrust} when the handshake is done.
 * No ALPN: bacnet-stack offers one malformed protocol id, which must not be refused.
 */
export const serverTls = ({ context }: CheckedTls): TlsOptions => ({
  ...context,
  requestCert: true,
  rejectUnauthorized: false,
  ALPNProtocols: [],
})

/** Why a peer is not trusted: a sentence, and the name that Node or OpenSSL has for it. */
export interface Distrust {
  readonly code: string
  readonly detail: string
}

/**
 * Why the peer of a TLS socket whose handshake is done is not trusted; `undefined` when it is (clause AB.7.4, 8.6 of the
 * protocol notes): it has a certificate, inside its validity period, signed directly by a configured issuer. Host name
 * and the issuer's own validity are not looked at; that is why this is not left to Node, which would.
 */
export const distrust = (socket: TLSSocket, { issuers }: CheckedTls, now: number): Distrust | undefined => {
  const peer = socket.getPeerX509Certificate()
  if (peer === undefined) return { code: 'CERT_MISSING', detail: 'the peer has no certificate' }
  if (!isDirectlySigned(peer, issuers)) {
    return { code: 'CERT_UNTRUSTED', detail: 'the certificate is not signed directly by a configured issuer' }
  }
  if (now > Date.parse(peer.validTo)) return { code: 'CERT_HAS_EXPIRED', detail: 'the certificate has expired' }
  if (now < Date.parse(peer.validFrom))
    return { code: 'CERT_NOT_YET_VALID', detail: 'the certificate is not yet valid' }
  const fault = faultOf(socket.authorizationError)
  return fault === undefined || fault === 'CERT_HAS_EXPIRED'
    ? undefined
    : { code: fault, detail: `the certificate is refused: ${fault}` }
}

/** What OpenSSL has against a peer's certificate, by its name. */
const faultOf = (error: unknown): string | undefined => {
  if (error === undefined || error === null) return undefined
  if (typeof error === 'object' && 'code' in error) return String(error.code)
  return typeof error === 'string' ? error : 'CERT_REJECTED'
}

const isDirectlySigned = (certificate: X509Certificate, issuers: readonly X509Certificate[]): boolean =>
  issuers.some(issuer => certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey))
