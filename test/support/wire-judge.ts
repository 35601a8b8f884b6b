import { expect, it } from 'vitest'
import { toHex } from '../../src/values/hex.js'
import { tsharkIsHere } from './tshark-ask.js'
import { judge } from './tshark.js'

const seen = new Map<string, Uint8Array>()

/** Keeps a message that a hub or node of ours put on the wire. Messages that differ only in their id are one. */
export const noteOnWire = (octets: Uint8Array): void => {
  const kept = new Uint8Array(octets)
  kept.fill(0, 2, 4)
  seen.set(toHex(kept), kept)
}

/** A test that asks tshark about everything noted since the last such test: the last test of a file. */
export const itIsDissectedByTshark = (): void => {
  it.skipIf(!tsharkIsHere)(
    'puts nothing on the wire in which tshark finds an error (skipped without tshark)',
    async () => {
      const frames = [...seen.values()]
      seen.clear()
      expect(frames.length).toBeGreaterThan(0)
      const verdicts = await judge(frames)
      const faults = verdicts.flatMap(({ malformed, problems }, index) =>
        malformed ? [`${toHex(frames[index] ?? new Uint8Array(0)).slice(0, 200)}: ${problems}`] : [],
      )
      expect(faults).toEqual([])
    },
  )
}
