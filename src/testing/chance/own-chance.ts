import type { Random } from '../../values/random.js'
import { fixedRandom } from './fixed-random.js'

/** Chance for one purpose: what is drawn there, however much, does not change what others draw from where it comes from. */
export const ownChance = (random: Random): Random =>
  fixedRandom(random.octets(4).reduce((seed, octet) => seed * 256 + octet, 0))
