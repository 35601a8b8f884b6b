import { ms, seconds, type Duration } from '../../../src/values/duration.js'
import { dice, type Dice } from '../../fuzz/dice.js'
import { drawFaults } from './faults.js'
import type { Plan, PlannedTimings, PlanOptions } from './plan.js'
import { drawTopology } from './topology.js'

const HOUR_MS = 3_600_000

/** Draws a run. The same seed and options give the same run. */
export const drawPlan = (seed: number, { nodes, hours }: PlanOptions = {}): Plan => {
  const chance = dice(seed)
  const stations = nodes ?? drawSize(chance)
  const topology = drawTopology(chance, stations)
  const timings = drawTimings(chance)
  const stormy = ms((hours ?? (20 + chance.below(100)) / 60) * HOUR_MS)
  return {
    seed,
    ...topology,
    timings,
    latency: ms(chance.pick([0, 1, 20])),
    interval: seconds(20 + chance.below(100)),
    // A broadcast is heard by all: large networks have few, as those of buildings do.
    broadcasts: Math.min(0.3, 3 / stations),
    script: drawFaults(chance, topology, stormy),
    stormy,
    recovery: recoveryAfter(timings),
    calm: seconds(120),
  }
}

/** Mostly few, sometimes a hundred, now and then up to a thousand. */
const drawSize = (chance: Dice): number => {
  const kind = chance.below(100)
  if (kind < 70) return 2 + chance.below(14)
  if (kind < 96) return 10 + chance.below(50)
  return kind < 99 ? 100 + chance.below(50) : 300 + chance.below(700)
}

const drawTimings = (chance: Dice): PlannedTimings => {
  const minReconnect = seconds(2 + chance.below(9))
  const heartbeat = seconds(chance.pick([10, 30, 60, 300]))
  return {
    minReconnect,
    maxReconnect: ms(minReconnect * (1 + chance.below(12))),
    connectWait: seconds(5 + chance.below(10)),
    heartbeat,
    idleLimit: ms(heartbeat * 2),
    ttl: chance.pick([10, 30, 60, 300]),
  }
}

/**
 * When all is well again after the last fault has ended. A dead connection must be found out: a node takes a heartbeat and
 * the wait for its answer, 30 s at most; a hub its idle limit. Then comes the longest wait for a hub and both attempts, then
 * direct connections and registrations, then routes.
 */
const recoveryAfter = ({ maxReconnect, connectWait, heartbeat, ttl }: PlannedTimings): Duration =>
  ms(heartbeat * 2 + seconds(60) + maxReconnect * 2 + connectWait * 4 + seconds(ttl + 90) + seconds(120))
