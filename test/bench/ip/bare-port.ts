import type { RemoteInfo, Socket } from 'node:dgram'
import type { StartPort } from './port-under-test.js'
import { BROADCAST_HOST, boundSocket, endpointOf, npdu, RECEIVE_BUFFER } from './traffic.js'

const HEADER_LENGTH = 4
const FORWARDED_HEADER_LENGTH = 10

/** What a program does that has only sockets: it makes each datagram once, and nothing is looked at. */
export const barePort: StartPort = async ({ kind, host, sinks }, heard) => {
  const socket = await boundSocket(host, 0, RECEIVE_BUFFER)
  socket.setBroadcast(true)
  const { port } = endpointOf(socket)
  const copies = (octets: Uint8Array): void => {
    for (const sink of sinks) socket.send(octets, sink.port, sink.host, failed)
  }
  switch (kind) {
    case 'receive':
      socket.on('message', heard)
      break
    case 'send':
      break
    case 'fan-out': {
      const ear: Socket = await boundSocket(BROADCAST_HOST, port, RECEIVE_BUFFER, true)
      ear.on('message', (message, from) => {
        heard()
        copies(forwarded(message, from))
      })
    }
  }
  const sent = npdu()
  return {
    port,
    send: index => {
      const sink = sinks[index]
      if (sink !== undefined) socket.send(originalUnicast(sent), sink.port, sink.host, failed)
    },
  }
}

const failed = (error: Error | null): void => {
  if (error !== null) throw error
}

const originalUnicast = (payload: Uint8Array): Uint8Array => {
  const octets = Buffer.allocUnsafe(HEADER_LENGTH + payload.length)
  octets[0] = 0x81
  octets[1] = 0x0a
  octets.writeUInt16BE(octets.length, 2)
  octets.set(payload, HEADER_LENGTH)
  return octets
}

const forwarded = (original: Buffer, { address, port }: RemoteInfo): Uint8Array => {
  const octets = Buffer.allocUnsafe(original.length + FORWARDED_HEADER_LENGTH - HEADER_LENGTH)
  octets[0] = 0x81
  octets[1] = 0x04
  octets.writeUInt16BE(octets.length, 2)
  octets.set(address.split('.').map(Number), HEADER_LENGTH)
  octets.writeUInt16BE(port, 8)
  octets.set(original.subarray(HEADER_LENGTH), FORWARDED_HEADER_LENGTH)
  return octets
}
