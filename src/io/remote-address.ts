import type { Socket as NetSocket } from 'node:net'

/** `HOST:PORT` or `[IPv6]:PORT` of the other end. */
export const addressOf = ({ remoteAddress = '?', remotePort = 0 }: NetSocket): string => {
  const host = remoteAddress.replace(/^::ffff:/, '')
  return host.includes(':') ? `[${host}]:${remotePort}` : `${host}:${remotePort}`
}

/**
 * Both ends of a TCP connection, which no two have in common; the TLS socket over it has the same. `undefined` once the
 * other end has reset it.
 */
export const endsOf = (socket: object): string | undefined => {
  const { remoteAddress, remotePort, localAddress, localPort } = socket as Partial<NetSocket>
  return remoteAddress === undefined ? undefined : [remoteAddress, remotePort, localAddress, localPort].join(' ')
}
