import * as E from 'fp-ts/lib/Either.js'
import { constants, createPrivateKey, X509Certificate } from 'node:crypto'
import type { PeerCertificate, SecureContextOptions, TlsOptions, TLSSocket, ConnectionOptions } from 'node:tls'

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

/** Options of a TLS client: the server's certificate is checked, its host name is not (8.6 of the protocol notes). */
export const clientTls = ({ context, issuers }: CheckedTls): ConnectionOptions => ({
  ...context,
  rejectUnauthorized: true,
  checkServerIdentity: (_host: string, { raw }: PeerCertificate) =>
    isDirectlySigned(new X509Certificate(raw), issuers) ? undefined : new Error(NOT_DIRECTLY_SIGNED),
})

/** Options of a TLS server. No ALPN: bacnet-stack offers one malformed protocol id, which must not be refused. */
export const serverTls = ({ context }: CheckedTls): TlsOptions => ({
  ...context,
  requestCert: true,
  rejectUnauthorized: true,
  ALPNProtocols: [],
})

/** Why the peer of an accepted TLS socket is not trusted; `undefined` when it is. */
export const peerDistrust = (socket: TLSSocket, { issuers }: CheckedTls): string | undefined => {
  const peer = socket.getPeerX509Certificate()
  if (peer === undefined) return 'the peer has no certificate'
  return isDirectlySigned(peer, issuers) ? undefined : NOT_DIRECTLY_SIGNED
}

const NOT_DIRECTLY_SIGNED = 'the certificate is not signed directly by a configured issuer'

const isDirectlySigned = (certificate: X509Certificate, issuers: readonly X509Certificate[]): boolean =>
  issuers.some(issuer => certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey))
