import type { Socket } from 'node:dgram'
import type { Datagram } from '../bvll/udp.js'

/** An address as sockets take it. */
export interface Endpoint {
  readonly host: string
  readonly port: number
}

/** Sends through one socket. */
export interface DatagramSender<Sent> {
  readonly send: (datagram: Sent) => void
  /** Calls back, once, as soon as nothing waits. Send nothing after it. */
  readonly drain: (drained: () => void) => void
}

/** While fewer wait for their callback, nobody asks the socket how it stands: they are called in a later turn. */
const UNASKED = 256
const MAX_WAITING = 4096
const MAX_WAITING_OCTETS = 4 << 20

/** What becomes of a datagram concerns no other: each that was not sent is told with a plain reason. */
export const datagramSender = <Address extends string, Sent extends Datagram<Address>>(
  socket: Socket,
  endpoint: (address: Address) => Endpoint,
  unsent: (datagram: Sent, reason: string) => void,
): DatagramSender<Sent> => {
  let waiting = 0
  let whenDrained: (() => void) | undefined

  const isFull = (): boolean =>
    waiting >= UNASKED && (socket.getSendQueueCount() >= MAX_WAITING || socket.getSendQueueSize() >= MAX_WAITING_OCTETS)

  return {
    send: datagram => {
      if (isFull()) {
        unsent(datagram, 'too much waits to be sent')
        return
      }
      const { host, port } = endpoint(datagram.to)
      if (port === 0) {
        unsent(datagram, 'there is no port 0')
        return
      }
      waiting++
      socket.send(datagram.octets, port, host, error => {
        waiting--
        if (error !== null) unsent(datagram, reasonOf(error))
        if (waiting === 0) whenDrained?.()
      })
    },
    drain: drained => {
      whenDrained = drained
      if (waiting === 0) drained()
    },
  }
}

/** Without addresses: what is unsent is counted by reason. */
const reasonOf = ({ code = 'unknown error' }: NodeJS.ErrnoException): string => {
  switch (code) {
    case 'EMSGSIZE':
      return 'the datagram is too long'
    case 'ENETUNREACH':
    case 'ENETDOWN':
      return 'the network cannot be reached'
    case 'EHOSTUNREACH':
    case 'EHOSTDOWN':
      return 'the host cannot be reached'
    case 'ECONNREFUSED':
      return 'nobody listens there'
    case 'EINVAL':
    case 'EADDRNOTAVAIL':
      return 'there is no way to that address from here'
    case 'EACCES':
    case 'EPERM':
      return 'the system does not allow it'
    case 'ENOBUFS':
    case 'ENOMEM':
    case 'EAGAIN':
      return 'the system has no room for it'
    case 'ECANCELED':
      return 'the port was closed'
    default:
      return code
  }
}
