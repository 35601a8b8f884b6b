import type { Readable } from 'node:stream'

/**
 * Octets that one socket may bring in one turn of the event loop. libuv reads up to 2 MiB of a socket before it looks at
 * the next, which can be 200 000 messages, and all others would wait for them.
 */
const SHARE = 1 << 15

/** What ends the turn of each socket that brought something in this one. */
let turns: (() => void)[] = []

const endTurns = (): void => {
  const ending = turns
  turns = []
  for (const end of ending) end()
}

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
    if (brought === 0 && turns.push(end) === 1) setImmediate(endTurns)
    if (brought <= SHARE && brought + chunk.length > SHARE) webSocket.pause()
    brought += chunk.length
  })
}
