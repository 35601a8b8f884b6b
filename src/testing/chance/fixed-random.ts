import type { Random } from '../../values/random.js'

/**
 * Chance that is the same at each run: the same seed gives the same VMACs, message ids and jitter. For tests only.
 *
 * @param seed A whole number; its lowest 32 bits count.
 *
 * @example
 * ```ts
 * const network = virtualNetwork(scheduler, { random: fixedRandom(7) })
 * ```
 */
export const fixedRandom = (seed: number): Random => {
  let state = seed >>> 0

  /** Mulberry32: small, of full period, and random enough to spread retries. */
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  return {
    octets: count => Uint8Array.from({ length: count }, () => Math.floor(fraction() * 256)),
    fraction,
  }
}
