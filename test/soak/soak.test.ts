import { afterEach, expect, it } from 'vitest'
import type { Treatment } from './chaos.js'
import { soak } from './soak.js'
import { host } from './stations/host.js'
import { totalOf } from './tally.js'

let kill = (): void => undefined
afterEach(() => kill())

it('a short soak over real sockets, with a hub and a BBMD that are killed, finds nothing', async () => {
  const treatment: Treatment = {
    ...{ up: [500, 900], down: [100, 300], hanging: [100, 200] },
    faults: ['kill'],
    isSpared: () => false,
  }
  const { books, faults } = await soak(
    {
      nodes: 8,
      seed: 20_240_615,
      ms: 2_000,
      hosts: [host()],
      talk: { unicastEvery: 0.1, broadcastEvery: 0.5 },
      treatment: service => (['hub A', 'BBMD 1'].includes(service) ? treatment : undefined),
      patience: { judgedAfterMs: 20_000, forgottenAfterMs: 30_000 },
      recoveryMs: 15_000,
      memoryEveryMs: 1_000,
      lingerMs: 300,
      progress: () => undefined,
      progressEveryMs: 60_000,
    },
    how => (kill = how),
  )
  const { tally } = books.ledger
  expect(tally.violations).toEqual([])
  expect(tally.delivered).toBeGreaterThan(500)
  expect(faults['hub A: kill']).toBeGreaterThan(0)
  expect(totalOf(tally.dropped) + totalOf(tally.excused)).toBeGreaterThan(0)
})
