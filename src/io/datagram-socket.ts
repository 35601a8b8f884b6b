import { createSocket, type Socket } from 'node:dgram'
import { Observable } from 'rxjs'

/** How a UDP socket is opened. */
export interface DatagramSocketOptions {
  readonly type: 'udp4' | 'udp6'
  /** An IP address, as text. */
  readonly host: string
  /** 0 for any that is free. */
  readonly port: number
  /** Lets other sockets bind the same address and port. */
  readonly isShared: boolean
  /** The receive buffer asked for, in octets. */
  readonly receiveBuffer: number
}

/**
 * After these errors a socket is none any more. All others concern one datagram and come with its send, which tells them;
 * those that come alone are of datagrams that had left before (ICMP, on Windows), and nobody knows which.
 */
const FATAL = new Set(['EBADF', 'ENOTSOCK'])

/**
 * A UDP socket that takes IP addresses and no names. Cold: it is emitted when it is bound, and closed by unsubscribing.
 * Errors when it cannot be bound, with the address and port in the error; never completes.
 */
export const datagramSocket = (options: DatagramSocketOptions): Observable<Socket> =>
  new Observable(subscriber => {
    const { type, host, port, isShared, receiveBuffer } = options
    const family = type === 'udp4' ? 4 : 6
    let isBound = false
    const socket = createSocket({
      type,
      reuseAddr: isShared,
      ipv6Only: type === 'udp6',
      // Node would ask the system's resolver about each address, and send in a later turn.
      lookup: (address, _options, found) => found(null, address, family),
    })
    subscriber.add(() => socket.close())
    socket.on('listening', () => {
      isBound = true
      try {
        socket.setRecvBufferSize(receiveBuffer)
      } catch {
        // Some systems refuse what is too much instead of giving what they have. What was granted is told.
      }
      // Node binds an IP address within the call; whoever opens a port can listen to it first.
      process.nextTick(() => subscriber.next(socket))
    })
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (!isBound || FATAL.has(error.code ?? '')) subscriber.error(error)
    })
    // Not exclusive, a worker of a cluster would share it with all other workers.
    socket.bind({ address: host, port, exclusive: true })
  })

/** The receive buffer that the system granted, in octets. */
export const grantedReceiveBuffer = (socket: Socket, platform: NodeJS.Platform): number => {
  const granted = socket.getRecvBufferSize()
  // Linux adds as much again for its own use, and tells the sum.
  return platform === 'linux' ? granted / 2 : granted
}
