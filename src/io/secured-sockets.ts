import type { X509Certificate } from 'node:crypto'
import { TLSSocket } from 'node:tls'
import { cause, type Cause } from '../sc/connection/cause.js'
import type { CertificateFacts } from '../sc/certificate/certificate.js'
import { ErrorCode } from '../wire/error-code.js'
import { serialNumber } from '../wire/revocation-list.js'
import { certificateFacts } from './certificate-facts.js'
import { peerCertificate } from './peer-certificate.js'
import { isRevoked, type CheckedTls } from './tls.js'

/** The sockets of a server whose peers have shown certificates that are trusted. */
export interface SecuredSockets {
  /** A handshake was done, and its peer is trusted; it is forgotten when it closes. */
  readonly add: (socket: TLSSocket, peer: X509Certificate) => void
  /** Cuts those whose certificate is revoked by now; `cutting` hears of each before it is gone. */
  readonly cutRevoked: (latest: CheckedTls, cutting: (socket: TLSSocket, cause: Cause) => void) => void
  /** Why a socket was cut, if it was. */
  readonly cutFor: (socket: object) => Cause | undefined
}

const REVOKED = cause(ErrorCode.TLS_CLIENT_CERTIFICATE_REVOKED, 'the certificate is revoked')

/** No sockets yet. */
export const securedSockets = (): SecuredSockets => {
  // With the serial number: whoever is not listed by that is not looked at closer, and a hub has a thousand of them.
  const serialOf = new Map<TLSSocket, string>()
  const cut = new WeakMap<object, Cause>()
  return {
    add: (socket, peer) => {
      serialOf.set(socket, serialNumber(peer.serialNumber))
      socket.once('close', () => serialOf.delete(socket))
    },
    cutRevoked: (latest, cutting) => {
      const lists = [...latest.revocation.values()]
      for (const [socket, serial] of serialOf) {
        if (!lists.some(({ serials }) => serials.has(serial)) || !isRevoked(peerCertificate(socket), latest)) continue
        cut.set(socket, REVOKED)
        cutting(socket, REVOKED)
        socket.destroy()
      }
    },
    cutFor: socket => cut.get(socket),
  }
}

/** What is known of the certificate of a socket's client: looked up when somebody asks, as it costs memory to keep. */
export const certificateOf = (socket: object): CertificateFacts | undefined => {
  const certificate = socket instanceof TLSSocket ? peerCertificate(socket) : undefined
  return certificate === undefined ? undefined : certificateFacts(certificate)
}
