import { randomBytes } from 'node:crypto'
import type { Random } from '../values/random.js'

/** Chance from the operating system's generator. */
export const systemRandom: Random = {
  octets: count => new Uint8Array(randomBytes(count)),
  fraction: () => randomBytes(6).readUIntBE(0, 6) / 2 ** 48,
}
