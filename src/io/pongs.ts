import type { WebSocket } from 'ws'

/** Octets that wait for a peer to read, above which its Pings are not answered: they are sign of life enough. */
const MAX_UNREAD = 1 << 16

/** Pings in a row that are not answered before the peer is cut: it sends them to fill memory. */
const MAX_UNANSWERED = 100

/**
 * Answers the Pings of a peer (RFC 6455, 5.5.2). `ws` by itself would cut a peer for 60 Pings that arrive together, even
 * if it reads all the answers, and not say why.
 */
export const answerPings = (webSocket: WebSocket, unread: () => number): void => {
  let unanswered = 0
  webSocket.on('ping', data => {
    if (unread() <= MAX_UNREAD) {
      unanswered = 0
      webSocket.pong(data)
      return
    }
    if (++unanswered !== MAX_UNANSWERED) return
    webSocket.emit('error', new Error('it pings and does not read the answers'))
    webSocket.terminate()
  })
}
