import type { Writable } from 'node:stream'
import { atTurnEnd } from './turn.js'

/** Gathers the writes of one turn of the event loop. */
export interface TurnBatch {
  /** Call before writing: what is written to the stream in this turn leaves in one system call at its end. */
  readonly hold: (stream: Writable) => void
}

/** A batch over any number of streams: a stream is corked at its first write in a turn, and uncorked with the others. */
export const turnBatch = (): TurnBatch => {
  let held: Writable[] = []
  const release = (): void => {
    const streams = held
    held = []
    for (const stream of streams) stream.uncork()
  }
  return {
    hold: stream => {
      if (stream.writableCorked > 0) return
      stream.cork()
      if (held.push(stream) === 1) atTurnEnd(release)
    },
  }
}
