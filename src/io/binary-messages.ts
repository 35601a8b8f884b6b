import type { Readable } from 'node:stream'
import { plainView } from './plain-view.js'

const FINAL_BINARY = 0x82
const PING = 0x89
const PONG = 0x8a
const MASKED = 0x80
const MASK_LENGTH = 4
/** In place of a length: the next two octets have it. What `ws` calls 127, eight octets, is longer than we take. */
const LENGTH_IN_TWO = 126

/** How the frames of a peer look. */
interface Look {
  /** The bit that says that a frame has a mask. */
  readonly masked: 0 | typeof MASKED
  /** Octets of a header with its mask, and of one with a length of two octets. */
  readonly short: number
  readonly long: number
}

/** Clients mask their frames, servers do not (RFC 6455, 5.1). */
const LOOKS: Readonly<Record<'client' | 'server', Look>> = {
  client: { masked: MASKED, short: 2 + MASK_LENGTH, long: 4 + MASK_LENGTH },
  server: { masked: 0, short: 2, long: 4 },
}

/** The header goes on in the next chunk. */
const CUT = -1
/** Nothing that is taken here: the rest of the connection is for `ws`. */
const FOR_WS = -2

const NONE = Buffer.alloc(0)

/** The function with which `ws` hears a socket. */
const LISTENER_OF_WS = 'socketOnData'

type OnData = (chunk: Buffer) => void

/**
 * Takes whole binary messages of a peer straight out of what a socket reads, unmasked in place, and leaves everything
 * else to `ws`: a ping, a pong and a message that is cut by the end of a chunk frame by frame, and with the first of
 * anything else (close, text, fragment, whatever breaks RFC 6455 or is longer than `maxPayload`) the rest of the
 * connection. So each octet is either in a message taken here or seen by `ws`, in order, and `ws` is always between two
 * frames or in one that it gets to its end.
 *
 * Call it when `ws` has just opened the socket, before anything is read from it. Others may listen to the socket as well;
 * where the listener of `ws` is not found, it keeps everything.
 */
export const binaryMessages = (
  stream: Readable,
  peer: 'client' | 'server',
  maxPayload: number,
  onMessage: (octets: Uint8Array) => void,
): void => {
  const ofWs = (stream.listeners('data') as OnData[]).find(({ name }) => name === LISTENER_OF_WS)
  if (ofWs === undefined) return
  const onData: OnData = chunk => read(reading, chunk)
  const reading: Reading = { stream, look: LOOKS[peer], onData, ofWs, maxPayload, onMessage, begun: NONE, owed: 0 }
  stream.on('data', onData)
  stream.off('data', ofWs)
}

/** A socket that is read. One object and one closure, as a hub has a thousand of them. */
interface Reading {
  readonly stream: Readable
  readonly look: Look
  /** Our listener, and that of `ws`. */
  readonly onData: OnData
  readonly ofWs: OnData
  readonly maxPayload: number
  readonly onMessage: (octets: Uint8Array) => void
  /** Of a frame that `ws` has the beginning of: the header as far as it has come, or else octets still to come. */
  begun: Buffer
  owed: number
}

const read = (reading: Reading, chunk: Buffer): void => {
  const rest = reading.begun.length > 0 || reading.owed > 0 ? endCutFrame(reading, chunk) : 0
  if (rest < chunk.length) takeFrames(reading, chunk, rest)
}

/** Gives `ws` what belongs to the frame it has begun; tells where the next frame begins. */
const endCutFrame = (reading: Reading, chunk: Buffer): number => {
  const { begun, look } = reading
  if (begun.length > 0) {
    const header = Buffer.concat([begun, chunk.subarray(0, look.long - begun.length)])
    const length = frameLength(header, 0, reading)
    if (length === FOR_WS) return leave(reading, chunk)
    reading.owed = length === CUT ? 0 : length - begun.length
    reading.begun = length === CUT ? header : NONE
    if (length === CUT) return toWs(reading, chunk)
  }
  const end = Math.min(reading.owed, chunk.length)
  reading.owed -= end
  return toWs(reading, chunk.subarray(0, end))
}

const takeFrames = (reading: Reading, chunk: Buffer, from: number): void => {
  const { look, onMessage } = reading
  const { length } = chunk
  for (let at = from; at < length;) {
    const octets = frameLength(chunk, at, reading)
    if (octets === FOR_WS) {
      leave(reading, chunk.subarray(at))
      return
    }
    const end = at + octets
    if (octets !== CUT && end <= length && chunk[at] === FINAL_BINARY) {
      const start = at + ((chunk[at + 1] as number) === (look.masked | LENGTH_IN_TWO) ? look.long : look.short)
      if (look.masked !== 0) unmask(chunk, start, end)
      at = end
      onMessage(plainView(chunk, start, end))
    } else if (octets === CUT) {
      reading.begun = Buffer.from(chunk.subarray(at))
      toWs(reading, chunk.subarray(at))
      return
    } else {
      reading.owed = Math.max(0, end - length)
      toWs(reading, chunk.subarray(at, end))
      at = end
    }
  }
}

/** Gives `ws` some octets; tells how many. */
const toWs = ({ stream, ofWs }: Reading, octets: Buffer): number => {
  ofWs.call(stream, octets)
  return octets.length
}

/** Leaves the rest to `ws`, for good. */
const leave = (reading: Reading, rest: Buffer): number => {
  const { stream, onData, ofWs } = reading
  stream.on('data', ofWs)
  stream.off('data', onData)
  return toWs(reading, rest)
}

/** Octets of the frame at `at`, header and all, if it is one that does not end the reading here. */
const frameLength = (chunk: Buffer, at: number, { look, maxPayload }: Reading): number => {
  const first = chunk[at] as number
  if (first !== FINAL_BINARY && first !== PING && first !== PONG) return FOR_WS
  if (at + 1 >= chunk.length) return CUT
  const short = (chunk[at + 1] as number) - look.masked
  // With a length of eight octets above, and with a mask where none belongs; without one that does below.
  if (short < 0 || short > LENGTH_IN_TWO) return FOR_WS
  if (short < LENGTH_IN_TWO) {
    if (short > maxPayload && first === FINAL_BINARY) return FOR_WS
    return at + look.short > chunk.length ? CUT : look.short + short
  }
  // A control frame has no long header.
  if (first !== FINAL_BINARY) return FOR_WS
  if (at + look.long > chunk.length) return CUT
  const long = ((chunk[at + 2] as number) << 8) | (chunk[at + 3] as number)
  return long > maxPayload ? FOR_WS : look.long + long
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
