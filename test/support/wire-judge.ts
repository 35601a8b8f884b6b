import { expect, it } from 'vitest'
import { toHex } from '../../src/values/hex.js'
import { tsharkIsHere, type Verdict } from './tshark-ask.js'
import { judgeDatagrams } from './tshark-bvll.js'
import { judge } from './tshark.js'
import type { OnTheWire } from './udp-packet.js'

const seen = new Map<string, Uint8Array>()
const seenDatagrams = new Map<string, OnTheWire>()

/** Keeps a message that a hub or node of ours put on the wire. Messages that differ only in their id are one. */
export const noteOnWire = (octets: Uint8Array): void => {
  const kept = new Uint8Array(octets)
  kept.fill(0, 2, 4)
  seen.set(toHex(kept), kept)
}

/** Keeps a BACnet/IP datagram that a port of ours sent. The same octets from one station are kept once. */
export const noteDatagram = ({ from, to, octets }: OnTheWire): void => {
  const key = from + toHex(octets)
  if (!seenDatagrams.has(key)) seenDatagrams.set(key, { from, to, octets: octets.slice() })
}

/** A test that asks tshark about every BVLC-SC message noted since the last such test: the last test of a file. */
export const itIsDissectedByTshark = (): void => {
  itFindsNoError('puts nothing on the wire in which tshark finds an error', async () => {
    const frames = taken(seen)
    return faultsIn(frames, await judge(frames))
  })
}

/** A test that asks tshark about every datagram noted since the last such test: the last test of a file. */
export const itsDatagramsAreDissectedByTshark = (): void => {
  itFindsNoError('sends no datagram in which tshark finds an error', async () => {
    const datagrams = taken(seenDatagrams)
    return faultsIn(
      datagrams.map(({ octets }) => octets),
      await judgeDatagrams(datagrams),
    )
  })
}

const itFindsNoError = (title: string, faults: () => Promise<readonly string[]>): void => {
  it.skipIf(!tsharkIsHere)(`${title} (skipped without tshark)`, async () => {
    expect(await faults()).toEqual([])
  })
}

/** All that was noted, which is forgotten. There must be something, or nothing is shown. */
const taken = <A>(noted: Map<string, A>): readonly A[] => {
  const all = [...noted.values()]
  noted.clear()
  expect(all.length).toBeGreaterThan(0)
  return all
}

const faultsIn = (messages: readonly Uint8Array[], verdicts: readonly Verdict[]): readonly string[] =>
  verdicts.flatMap(({ malformed, problems }, index) =>
    malformed ? [`${toHex(messages[index] ?? new Uint8Array(0)).slice(0, 200)}: ${problems}`] : [],
  )
