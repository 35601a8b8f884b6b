import type { Socket } from 'node:dgram'
import type { Datagram } from '../bvll/udp.js'

/** An address as sockets take it. */
export interface Endpoint {
  readonly host: string
  readonly port: number
}

/** Why a datagram was not sent. */
export interface Unsent {
  readonly reason: string
  /** Whether that is due to where it was to go, and not to this host. */
  readonly isUnreachable: boolean
}

/** Sends through one socket. */
export interface DatagramSender<Sent> {
  readonly send: (datagram: Sent) => void
  /** Calls back, once, as soon as nothing waits. Send nothing after it. */
  readonly drain: (drained: () => void) => void
}

const MAX_WAITING = 4096
const MAX_WAITING_OCTETS = 4 << 20

/**
 * What becomes of a datagram concerns no other: each that was not sent is told with a plain reason, in a later turn.
 * Whoever sends it again then neither calls himself nor keeps the socket from sending.
 */
export const datagramSender = <Address extends string, Sent extends Datagram<Address>>(
  socket: Socket,
  endpoint: (address: Address) => Endpoint,
  unsent: (datagram: Sent, why: Unsent) => void,
): DatagramSender<Sent> => {
  let waiting = 0
  let waitingOctets = 0
  let whenDrained: (() => void) | undefined

  /** A socket calls back in a later turn also for what has left at once. Only when that is much is it asked what has. */
  const isFull = (length: number): boolean =>
    (waiting >= MAX_WAITING && socket.getSendQueueCount() >= MAX_WAITING) ||
    (waitingOctets + length > MAX_WAITING_OCTETS && socket.getSendQueueSize() + length > MAX_WAITING_OCTETS)

  const settle = (datagram: Sent): void => {
    waiting--
    waitingOctets -= datagram.octets.length
    if (waiting === 0) whenDrained?.()
  }

  const refuse = (datagram: Sent, why: Unsent): void => {
    // Not the next tick: with a handler that sends again that would have no end, and no socket would be served.
    setImmediate(() => {
      unsent(datagram, why)
      settle(datagram)
    })
  }

  const give = (datagram: Sent): void => {
    const { host, port } = endpoint(datagram.to)
    if (port === 0) {
      refuse(datagram, NO_PORT)
      return
    }
    try {
      socket.send(datagram.octets, port, host, error => {
        if (error === null) settle(datagram)
        else refuse(datagram, reasonOf(error))
      })
    } catch (error) {
      // What is no port at all, as from a program without types.
      refuse(datagram, reasonOf(error as NodeJS.ErrnoException))
    }
  }

  return {
    send: datagram => {
      const full = isFull(datagram.octets.length)
      waiting++
      waitingOctets += datagram.octets.length
      if (full) refuse(datagram, TOO_MUCH)
      else give(datagram)
    },
    drain: drained => {
      whenDrained = drained
      if (waiting === 0) drained()
    },
  }
}

const here = (reason: string): Unsent => ({ reason, isUnreachable: false })
const unreachable = (reason: string): Unsent => ({ reason, isUnreachable: true })

const NO_PORT = unreachable('there is no port 0')
const TOO_MUCH = here('too much waits to be sent')

/** Without addresses: what is unsent is counted by reason. */
const reasonOf = ({ code = 'unknown error' }: NodeJS.ErrnoException): Unsent => {
  switch (code) {
    case 'EMSGSIZE':
      return here('the datagram is too long')
    case 'ENETUNREACH':
    case 'ENETDOWN':
      return unreachable('the network cannot be reached')
    case 'EHOSTUNREACH':
    case 'EHOSTDOWN':
      return unreachable('the host cannot be reached')
    case 'ECONNREFUSED':
      return unreachable('nobody listens there')
    case 'EINVAL':
    case 'EADDRNOTAVAIL':
      return unreachable('there is no way to that address from here')
    case 'EACCES':
    case 'EPERM':
      return here('the system does not allow it')
    case 'ENOBUFS':
    case 'ENOMEM':
    case 'EAGAIN':
      return here('the system has no room for it')
    case 'ERR_SOCKET_BAD_PORT':
      return unreachable('there is no such port')
    case 'ECANCELED':
    case 'ERR_SOCKET_DGRAM_NOT_RUNNING':
      return here('the port was closed')
    default:
      return here(code)
  }
}
