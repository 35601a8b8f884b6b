import type { Random } from '../../values/random.js'

/**
 * The message ids of one sender: a random start, then one more for each message, modulo 65536 (clause AB.2.1.3).
 * One sender has one sequence for all its connections.
 */
export const messageIds = (random: Random): (() => number) => {
  let next = Math.floor(random.fraction() * 0x10000)
  return () => {
    const id = next
    next = (next + 1) & 0xffff
    return id
  }
}
