import type { Readable } from 'node:stream'
import { atTurnEnd } from './turn.js'

/**
 * Octets that one socket may bring in one turn of the event loop. libuv reads up to 2 MiB of a socket before it looks at
 * the next, which can be 200 000 messages, and all others would wait for them.
 */
const SHARE = 1 << 15

/** What can be paused: a WebSocket, and not the stream below it, which `ws` resumes as it sees fit. */
interface Pausable {
  readonly pause: () => unknown
  readonly resume: () => unknown
}

/** Lets a WebSocket bring no more than its share in one turn; the rest waits for the next, on the other end if need be. */
export const readFairly = (webSocket: Pausable, stream: Readable): void => {
  let brought = 0
  const end = (): void => {
    if (brought > SHARE) webSocket.resume()
    brought = 0
  }
  stream.on('data', (chunk: Buffer) => {
    if (brought === 0) atTurnEnd(end)
    if (brought <= SHARE && brought + chunk.length > SHARE) webSocket.pause()
    brought += chunk.length
  })
}
