import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import type { Endpoint } from '../../../src/io/datagram-sender.js'

/** How a socket is opened. */
export interface SocketPlan {
  readonly type: 'udp4' | 'udp6'
  readonly host: string
  readonly port?: number
  readonly recvBufferSize: number
  readonly reuseAddr?: boolean
}

/** A socket that takes IP addresses only, and so does without the resolver. */
export const boundSocket = async (plan: SocketPlan): Promise<Socket> => {
  const { type, host, port = 0, recvBufferSize, reuseAddr = false } = plan
  const family = type === 'udp4' ? 4 : 6
  const socket = createSocket({
    type,
    recvBufferSize,
    reuseAddr,
    ipv6Only: type === 'udp6',
    lookup: (address, _options, found) => found(null, address, family),
  })
  // Without the resolver it listens before `bind` returns.
  const listening = once(socket, 'listening')
  socket.bind({ address: host, port, exclusive: true })
  await listening
  if (type === 'udp4') socket.setBroadcast(true)
  return socket
}

/** What a socket is bound to. */
export const endpointOf = (socket: Socket): Endpoint => {
  const { address, port } = socket.address()
  return { host: address, port }
}
