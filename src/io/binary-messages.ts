import type { Readable } from 'node:stream'

const FINAL_BINARY = 0x82
const PING = 0x89
const PONG = 0x8a
const MASKED = 0x80
/** In place of a length: the next two octets have it. What `ws` calls 127, eight octets, is longer than we take. */
const LENGTH_IN_TWO = 126
/** Octets of a header with its mask, and of one with a length of two octets. */
const SHORT_HEADER = 6
const LONG_HEADER = 8

/** The header goes on in the next chunk. */
const CUT = -1
/** Nothing that is taken here: the rest of the connection is for `ws`. */
const FOR_WS = -2

const NONE = Buffer.alloc(0)

type OnData = (chunk: Buffer) => void

/**
 * Takes whole binary messages straight out of what an accepted socket reads, unmasked in place, and leaves everything
 * else to `ws`: a ping, a pong and a message that is cut by the end of a chunk frame by frame, and with the first of
 * anything else (close, text, fragment, whatever breaks RFC 6455 or is longer than `maxPayload`) the rest of the
 * connection. So each octet is either in a message taken here or seen by `ws`, in order, and `ws` is always between two
 * frames or in one that it gets to its end.
 *
 * Call it when `ws` has just opened the socket, before anything is read from it. Where something else listens to the
 * socket as well, `ws` keeps it all.
 */
export const binaryMessages = (stream: Readable, maxPayload: number, onMessage: (octets: Uint8Array) => void): void => {
  const [ofWs, ...others] = stream.listeners('data') as OnData[]
  if (ofWs === undefined || others.length > 0) return
  const toWs = (chunk: Buffer): void => ofWs.call(stream, chunk)
  /** Of a frame that `ws` has the beginning of: octets still to come, or the header as far as it has come. */
  let owed = 0
  let begun = NONE

  const onData: OnData = chunk => {
    const rest = begun.length > 0 || owed > 0 ? endCutFrame(chunk) : 0
    if (rest < chunk.length) takeFrames(chunk, rest)
  }

  /** Gives `ws` what belongs to the frame it has begun; tells where the next frame begins. */
  const endCutFrame = (chunk: Buffer): number => {
    if (begun.length > 0) {
      const header = Buffer.concat([begun, chunk.subarray(0, LONG_HEADER - begun.length)])
      const length = frameLength(header, 0, maxPayload)
      if (length === FOR_WS) return leave(chunk)
      owed = length === CUT ? 0 : length - begun.length
      begun = length === CUT ? header : NONE
      if (length === CUT) {
        toWs(chunk)
        return chunk.length
      }
    }
    const end = Math.min(owed, chunk.length)
    owed -= end
    toWs(chunk.subarray(0, end))
    return end
  }

  const takeFrames = (chunk: Buffer, from: number): void => {
    const { length } = chunk
    for (let at = from; at < length;) {
      const octets = frameLength(chunk, at, maxPayload)
      if (octets === FOR_WS) {
        leave(chunk.subarray(at))
        return
      }
      const end = at + octets
      if (octets !== CUT && end <= length && chunk[at] === FINAL_BINARY) {
        const start = at + ((chunk[at + 1] as number) === (MASKED | LENGTH_IN_TWO) ? LONG_HEADER : SHORT_HEADER)
        unmask(chunk, start, end)
        at = end
        onMessage(chunk.subarray(start, end))
      } else if (octets === CUT) {
        begun = Buffer.from(chunk.subarray(at))
        toWs(chunk.subarray(at))
        return
      } else {
        owed = Math.max(0, end - length)
        toWs(chunk.subarray(at, end))
        at = end
      }
    }
  }

  /** For good. */
  const leave = (chunk: Buffer): number => {
    stream.on('data', ofWs)
    stream.off('data', onData)
    toWs(chunk)
    return chunk.length
  }

  stream.on('data', onData)
  stream.off('data', ofWs)
}

/** Octets of the frame at `at`, header and all, if it is one that does not end the reading here. */
const frameLength = (chunk: Buffer, at: number, maxPayload: number): number => {
  const first = chunk[at] as number
  if (first !== FINAL_BINARY && first !== PING && first !== PONG) return FOR_WS
  if (at + 1 >= chunk.length) return CUT
  const short = (chunk[at + 1] as number) - MASKED
  // Not masked below, with a length of eight octets above.
  if (short < 0 || short > LENGTH_IN_TWO) return FOR_WS
  if (short < LENGTH_IN_TWO) {
    if (short > maxPayload && first === FINAL_BINARY) return FOR_WS
    return at + SHORT_HEADER > chunk.length ? CUT : SHORT_HEADER + short
  }
  // A control frame has no long header.
  if (first !== FINAL_BINARY) return FOR_WS
  if (at + LONG_HEADER > chunk.length) return CUT
  const long = ((chunk[at + 2] as number) << 8) | (chunk[at + 3] as number)
  return long > maxPayload ? FOR_WS : LONG_HEADER + long
}

/** Takes the mask, which is the four octets before `start`, off what follows. */
const unmask = (chunk: Buffer, start: number, end: number): void => {
  const a = chunk[start - 4] as number
  const b = chunk[start - 3] as number
  const c = chunk[start - 2] as number
  const d = chunk[start - 1] as number
  let at = start
  for (; at + 3 < end; at += 4) {
    chunk[at] = (chunk[at] as number) ^ a
    chunk[at + 1] = (chunk[at + 1] as number) ^ b
    chunk[at + 2] = (chunk[at + 2] as number) ^ c
    chunk[at + 3] = (chunk[at + 3] as number) ^ d
  }
  for (let key = start - 4; at < end; at++, key++) chunk[at] = (chunk[at] as number) ^ (chunk[key] as number)
}
