import type { Priority } from '../../../src/wire/npci.js'

/** How an NPDU is sent, besides to whom. */
export interface Manner {
  readonly expectingReply: boolean
  readonly priority: Priority
}

const PRIORITIES: readonly Priority[] = ['normal', 'urgent', 'critical-equipment', 'life-safety']

/** Follows from its number, so that all manners come, and nothing is drawn for it. */
export const mannerOf = (id: number): Manner => ({
  expectingReply: id % 3 === 0,
  priority: PRIORITIES[id % PRIORITIES.length] ?? 'normal',
})
