import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import type { Endpoint } from '../../../src/io/datagram-sender.js'

/** What a B/IP port does while it is measured. */
export interface IpTraffic {
  /** It hears unicasts; it sends unicasts; it is a BBMD that hears broadcasts of its subnet and passes them on. */
  readonly kind: 'receive' | 'send' | 'fan-out'
  /** Stations that send to it. */
  readonly peers: number
  /** Stations that it sends to. */
  readonly sinks: number
  /** Datagrams to it that come together: the next as many are sent when these have been acknowledged. */
  readonly burst: number
}

/** Octets of an NPDU. */
export const NPDU_LENGTH = 40

/** The broadcast address of the loopback network. */
export const BROADCAST_HOST = '127.255.255.255'

/** What BBMDs ask for. */
export const RECEIVE_BUFFER = 4 << 20

/** An unconfirmed request of no meaning. */
export const npdu = (): Uint8Array => {
  const octets = new Uint8Array(NPDU_LENGTH).fill(0x55)
  octets.set([0x01, 0x00, 0x10])
  return octets
}

/** A socket that takes IP addresses only, and so does without the resolver. */
export const boundSocket = async (
  host: string,
  port: number,
  recvBufferSize: number,
  reuseAddr = false,
): Promise<Socket> => {
  const socket = createSocket({
    type: 'udp4',
    recvBufferSize,
    reuseAddr,
    lookup: (address, _options, found) => found(null, address, 4),
  })
  // Without the resolver it listens before `bind` returns.
  const listening = once(socket, 'listening')
  socket.bind({ address: host, port, exclusive: true })
  await listening
  return socket
}

/** What a socket is bound to. */
export const endpointOf = (socket: Socket): Endpoint => {
  const { address, port } = socket.address()
  return { host: address, port }
}
