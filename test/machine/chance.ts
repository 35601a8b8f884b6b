import type { Random } from '../../src/values/random.js'

/** Chance that is fixed: these fractions one after the other, the last one for ever. All octets are 0x5a. */
export const chance = (...fractions: readonly number[]): Random => {
  let drawn = 0
  return {
    octets: length => new Uint8Array(length).fill(0x5a),
    fraction: () => fractions[Math.min(drawn++, fractions.length - 1)] ?? 0.5,
  }
}
