import type { RemoteInfo, Socket } from 'node:dgram'
import type { StartPort } from './port-under-test.js'
import { BROADCAST_HOST, boundSocket, endpointOf, npdu, RECEIVE_BUFFER } from './traffic.js'

const HEADER_LENGTH = 4
const FORWARDED_HEADER_LENGTH = 10

/** What a program does that has only sockets: nothing is looked at, and what is sent is made as seldom as it can be. */
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
  const sent = originalUnicast()
  return {
    port,
    send: index => {
      const sink = sinks[index]
      if (sink !== undefined) socket.send(sent, sink.port, sink.host, failed)
    },
  }
}

const failed = (error: Error | null): void => {
  if (error !== null) throw error
}

const originalUnicast = (): Uint8Array => {
  const payload = npdu()
  return Uint8Array.of(0x81, 0x0a, 0, HEADER_LENGTH + payload.length, ...payload)
}

const forwarded = (original: Buffer, { address, port }: RemoteInfo): Uint8Array => {
  const octets = new Uint8Array(original.length + FORWARDED_HEADER_LENGTH - HEADER_LENGTH)
  octets[0] = 0x81
  octets[1] = 0x04
  octets[3] = octets.length
  octets.set(address.split('.').map(Number), HEADER_LENGTH)
  octets[8] = port >>> 8
  octets[9] = port
  octets.set(original.subarray(HEADER_LENGTH), FORWARDED_HEADER_LENGTH)
  return octets
}
