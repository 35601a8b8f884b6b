import { boundSocket, endpointOf, type SocketPlan } from './bound-socket.js'
import type { StartPort } from './port-under-test.js'
import { npdu, RECEIVE_BUFFER } from './traffic.js'
import type { Wire } from './wire.js'

/** What a program does that has only sockets: it makes each datagram once, and nothing is looked at. */
export const barePort =
  (wire: Wire): StartPort =>
  async ({ kind, host, sinks }, heard) => {
    const plan: SocketPlan = { type: wire.socket, host, recvBufferSize: RECEIVE_BUFFER }
    const socket = await boundSocket(plan)
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
        const { ear: earHost, forwarded } = wire
        const ear =
          earHost === undefined ? socket : await boundSocket({ ...plan, host: earHost, port, reuseAddr: true })
        ear.on('message', (message, from) => {
          heard()
          copies(forwarded(message, from))
        })
      }
    }
    const sent = npdu()
    const { original } = wire
    return {
      port,
      send: index => {
        const sink = sinks[index]
        if (sink !== undefined) socket.send(original(sent, index), sink.port, sink.host, failed)
      },
    }
  }

const failed = (error: Error | null): void => {
  if (error !== null) throw error
}
