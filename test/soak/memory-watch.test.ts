import { describe, expect, it } from 'vitest'
import { dice, type Dice } from '../fuzz/dice.js'
import { memoryWatch } from './memory-watch.js'
import type { Verdict } from './slope.js'

/** How a hub is treated, in minutes: how long each of its lives lasts, and how often all nodes come and go on average. */
interface Treated {
  readonly lives: readonly number[]
  readonly stormEvery: number
}

/** What a hub loses, in KiB: in a minute, and in each storm. */
interface Leak {
  readonly perMinute?: number
  readonly perStorm?: number
}

const [NODES, FRESH_KIB, KIB_OF_NODE, NOISE_KIB] = [200, 8_270, 13, 50]
const MINUTE_MS = 60_000

/** What a hub was seen to take besides: much in its first storm, then less and less, as V8 compiles what runs often. */
const warmth = (storms: number): number => (storms === 0 ? 0 : 430 + 430 * (1 - Math.exp(-storms / 7)))

/** The verdict on a hub that behaves as hubs were seen to behave, and has a leak besides. */
const verdict = ({ lives, stormEvery }: Treated, { perMinute = 0, perStorm = 0 }: Leak, random: Dice): Verdict => {
  const watch = memoryWatch()
  let at = 0
  lives.forEach((minutes, life) => {
    const began = at
    let [storms, load] = [0, 0]
    let stormAt = at + 2 * stormEvery * MINUTE_MS * random.fraction()
    for (; at < began + minutes * MINUTE_MS; at += 5_000) {
      if (stormAt < at) {
        storms++
        load = random.onceIn(3) ? NODES : 0
        stormAt = at + 2 * stormEvery * MINUTE_MS * random.fraction()
      }
      const leaked = (perMinute * (at - began)) / MINUTE_MS + perStorm * storms
      const kib = FRESH_KIB + warmth(storms) + load * KIB_OF_NODE + leaked + NOISE_KIB * (random.fraction() - 0.5)
      const memory = { at, rss: 80 << 20, live: kib * 1024, open: {} }
      watch.note('hub B', `#${life}`, memory, load, storms === 0 ? 0 : NODES)
    }
  })
  return watch.growth(0, Math.max(at, 10 * MINUTE_MS)).find(({ what }) => what === 'live')?.verdict ?? 'not known'
}

/** How often which verdict is given in a hundred runs. */
const verdicts = (treated: Treated, leak: Leak = {}): Readonly<Partial<Record<Verdict, number>>> => {
  const counts: Partial<Record<Verdict, number>> = {}
  for (let seed = 1; seed <= 100; seed++) {
    const given = verdict(treated, leak, dice(seed))
    counts[given] = (counts[given] ?? 0) + 1
  }
  return counts
}

describe('the memory of a hub', () => {
  const SPARED: Treated = { lives: [0.5, 0.3, 5.5, 0.7, 0.4], stormEvery: 0.5 }
  const SHORT: Treated = { lives: [2.5, 0.5, 2, 0.4, 3, 0.5, 1.8], stormEvery: 1 }
  const UNUSED: Treated = { lives: [2.5, 2.5, 2.5, 2.5], stormEvery: 3 }

  it.each([
    ['that lives long', SPARED],
    ['whose lives are short', SHORT],
    ['that is rarely used', UNUSED],
  ])('is not said to grow in one %s', (_, treated) => {
    expect(verdicts(treated).grows ?? 0).toBeLessThanOrEqual(1)
  })

  it('is said to be flat in one that lives long', () => {
    expect(verdicts(SPARED).flat).toBeGreaterThan(60)
  })

  it.each([
    ['70 KiB a minute', { perMinute: 70 }, 98],
    ['35 KiB in each storm', { perStorm: 35 }, 70],
  ])('is said to grow where it loses %s, and never to be flat', (_, leak, least) => {
    const { grows, flat } = verdicts(SPARED, leak)
    expect(grows).toBeGreaterThan(least)
    expect(flat).toBeUndefined()
  })

  it('is never said to be flat where it loses that, however short its lives are', () => {
    for (const treated of [SHORT, UNUSED]) expect(verdicts(treated, { perMinute: 70 }).flat).toBeUndefined()
  })
})
