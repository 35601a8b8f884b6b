import type { RawData, WebSocket } from 'ws'
import { listen, type StartServer } from './listener.js'

/** The raw relay: connections 0 and 1, 2 and 3 … are peers; a message goes to the peer, and nothing is looked at. */
export const rawRelay: StartServer = (tls, port) => {
  const peers: WebSocket[] = []
  return listen(tls, port, webSocket => {
    const peerIndex = (peers.push(webSocket) - 1) ^ 1
    webSocket.on('message', (data: RawData) => peers[peerIndex]?.send(data))
  })
}
