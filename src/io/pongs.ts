import type { WebSocket } from 'ws'

/** Octets that wait for a peer to read, above which its Pings are not answered: they are sign of life enough. */
const MAX_UNREAD = 1 << 16

/**
 * Answers the Pings of a peer (RFC 6455, 5.5.2). `ws` would do it by itself, but for ever, and keep all the answers to a
 * peer that never reads them.
 */
export const answerPings = (webSocket: WebSocket, unread: () => number): void => {
  webSocket.on('ping', data => {
    if (unread() <= MAX_UNREAD) webSocket.pong(data)
  })
}
