import { X509Certificate } from 'node:crypto'
import type { TLSSocket } from 'node:tls'

/**
 * The certificate that the peer of a TLS connection has shown; `undefined` when it showed none. Made anew by each call,
 * which takes a fifth of a millisecond: ask once.
 *
 * Not by `getPeerX509Certificate`: at a server, Node 20 never frees its copy of the second certificate of what the peer
 * has sent, 4 KiB a connection, or as much as a stranger likes; at a client, only the first call has an answer.
 */
export const peerCertificate = (socket: TLSSocket): X509Certificate | undefined => {
  // A socket that is gone has none at all, and a peer without one has an empty object.
  const shown = socket.getPeerCertificate() as { readonly raw?: Buffer } | null | undefined
  return shown?.raw === undefined ? undefined : new X509Certificate(asPem(shown.raw))
}

/** As PEM, as Node takes DER for PEM when it finds some inside: that would be whatever the peer has put there. */
const asPem = (der: Buffer): string => {
  const lines = der.toString('base64').replaceAll(/.{64}/g, '$&\n')
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`
}
