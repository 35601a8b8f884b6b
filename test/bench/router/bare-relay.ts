import { once } from 'node:events'
import { WebSocket } from 'ws'
import { webSocketLimits } from '../../../src/io/web-socket-limits.js'
import { Subprotocol } from '../../../src/sc/connection/socket.js'
import { boundSocket, endpointOf } from '../bvll/bound-socket.js'
import { RECEIVE_BUFFER } from '../bvll/traffic.js'
import { NPDU_AT } from './hub-frames.js'
import type { StartRelay } from './under-test.js'

/** What a program does that has only sockets: it sends on what comes, and nothing is looked at. */
export const bareRelay: StartRelay = async ({ route, host, sendHost, sink, hub }, forwarded) => {
  const to = await boundSocket({ type: 'udp4', host: sendHost, recvBufferSize: RECEIVE_BUFFER })
  const sendOn = (octets: Uint8Array): void => {
    to.send(octets, sink.port, sink.host, failed)
    forwarded()
  }
  switch (route) {
    case 'IP to IP': {
      const from = await boundSocket({ type: 'udp4', host, recvBufferSize: RECEIVE_BUFFER })
      from.on('message', sendOn)
      return endpointOf(from).port
    }
    case 'SC to IP': {
      const socket = new WebSocket(hub ?? '', [Subprotocol.HUB], webSocketLimits)
      await once(socket, 'open')
      socket.on('message', (message: Buffer) => sendOn(message.subarray(NPDU_AT)))
      return 0
    }
  }
}

const failed = (error: Error | null): void => {
  if (error !== null) throw error
}
