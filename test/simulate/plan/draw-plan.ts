import { ms, seconds, type Duration } from '../../../src/values/duration.js'
import { dice, type Dice } from '../../fuzz/dice.js'
import { drawBursts } from './bursts.js'
import { drawFaults } from './faults.js'
import { drawMoreFaults } from './more-faults.js'
import type { Plan, PlannedTimings, PlanOptions } from './plan.js'
import { drawShapes } from './shapes.js'
import { drawTopology } from './topology.js'

const HOUR_MS = 3_600_000

/** With these, no seed that was noted before there were bursts has any. */
const BURST_DICE = 0xb001a4

/** More stations than this run for less long, as they do as much in less time. */
const LARGE = 200

/** Draws a run. The same seed and options give the same run. */
export const drawPlan = (seed: number, { nodes, hours, isPlain = false }: PlanOptions = {}): Plan => {
  const chance = dice(seed)
  // What has come since has dice of its own, so that the rest of a seed is as it was.
  const more = dice(seed ^ 0x0ddba11)
  const isLong = more.onceIn(50) && !isPlain && nodes === undefined && hours === undefined
  const long = isLong ? drawLong(more) : undefined
  const stations = nodes ?? long?.stations ?? drawSize(chance)
  const plain = drawTopology(chance, stations)
  const timings = { ...drawTimings(chance), ...long?.timings }
  const drawnHours = ((20 + chance.below(100)) / 60) * Math.min(1, LARGE / stations)
  const stormy = ms((hours ?? long?.hours ?? drawnHours) * HOUR_MS)
  const latency = ms(chance.pick([0, 1, 20]))
  const interval = long?.interval ?? seconds(20 + chance.below(100))
  const topology = isPlain ? plain : drawShapes(more, plain)
  const script = drawFaults(chance, topology, stormy, long?.longest)
  const rest = isPlain ? [] : drawMoreFaults(more, topology, script, stormy, long?.faults)
  const before = [...script, ...rest].sort((earlier, later) => earlier.at - later.at)
  const { bursts, faults } = isPlain
    ? { bursts: [], faults: [] }
    : drawBursts(dice(seed ^ BURST_DICE), topology, before, stormy)
  return {
    seed,
    ...topology,
    timings,
    latency,
    interval,
    // A broadcast is heard by all: large networks have few, as those of buildings do.
    broadcasts: Math.min(0.3, 3 / stations),
    script: [...before, ...faults].sort((earlier, later) => earlier.at - later.at),
    bursts,
    stormy,
    recovery: recoveryAfter(timings),
    calm: seconds(120),
  }
}

/** One to two weeks of a few stations, with little to say. */
const drawLong = (dice: Dice) => ({
  stations: 3 + dice.below(8),
  hours: 168 + dice.below(169),
  interval: seconds(600 + dice.below(3000)),
  timings: { heartbeat: seconds(300), idleLimit: seconds(600), ttl: 600 },
  /** Of the faults, so that not all of them overlap. */
  longest: seconds(6 * 3600),
  faults: 20 + dice.below(40),
})

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
