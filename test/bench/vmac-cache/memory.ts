import { VirtualTimeScheduler } from 'rxjs'
import { vmacCache } from '../../../src/ip6/vmac-cache.js'
import { ENTRIES } from './contests.js'
import { addressOf, vmacOf } from './stations.js'

const TABLES = 16

const collected = (): number => {
  for (let times = 0; times < 4; times++) globalThis.gc?.()
  return process.memoryUsage().heapUsed
}

const octetsPerEntry = (make: () => unknown): number => {
  const before = collected()
  const tables = Array.from({ length: TABLES }, make)
  const octets = collected() - before
  if (tables.length < TABLES) throw new Error('they were not kept')
  return octets / TABLES / ENTRIES
}

const cache = (): unknown => {
  const made = vmacCache({ mayLearn: () => true, scheduler: new VirtualTimeScheduler(), tell: () => undefined })
  for (let each = 0; each < ENTRIES; each++) made.learn(vmacOf(each), addressOf(each))
  return made
}

const map = (): unknown => new Map(Array.from({ length: ENTRIES }, (_, each) => [vmacOf(each), addressOf(each)]))

/** Octets of the heap for one pair, with its VMAC and its address. */
export const memoryOfEntries = (): { readonly ours: number; readonly baseline: number } => ({
  ours: octetsPerEntry(cache),
  baseline: octetsPerEntry(map),
})
