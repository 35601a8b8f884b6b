import { TLSSocket } from 'node:tls'
import { cause, type Cause } from '../sc/connection/cause.js'
import type { CertificateFacts } from '../sc/certificate/certificate.js'
import { ErrorCode } from '../wire/error-code.js'
import { certificateFacts } from './certificate-facts.js'
import { isRevoked, type CheckedTls } from './tls.js'

/** The sockets of a server whose peers have shown certificates that are trusted. */
export interface SecuredSockets {
  /** A handshake was done; it is forgotten when it closes. */
  readonly add: (socket: TLSSocket) => void
  /** Cuts those whose certificate is revoked by now; `cutting` hears of each before it is gone. */
  readonly cutRevoked: (latest: CheckedTls, cutting: (socket: TLSSocket, cause: Cause) => void) => void
  /** Why a socket was cut, if it was. */
  readonly cutFor: (socket: object) => Cause | undefined
}

const REVOKED = cause(ErrorCode.TLS_CLIENT_CERTIFICATE_REVOKED, 'the certificate is revoked')

/** No sockets yet. */
export const securedSockets = (): SecuredSockets => {
  const secured = new Set<TLSSocket>()
  const cut = new WeakMap<object, Cause>()
  return {
    add: socket => {
      secured.add(socket)
      socket.once('close', () => secured.delete(socket))
    },
    cutRevoked: (latest, cutting) => {
      for (const socket of secured) {
        if (!isRevoked(socket.getPeerX509Certificate(), latest)) continue
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
  const certificate = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined
  return certificate === undefined ? undefined : certificateFacts(certificate)
}
