import { virtualClock } from '../../src/testing/index.js'
import { ms, seconds } from '../../src/values/duration.js'
import { invariants } from './invariants/index.js'
import type { Invariant, Watcher } from './invariants/invariant.js'
import type { Plan } from './plan/plan.js'
import { tally, type Tally } from './tally.js'
import { lotOf } from './plan/lot.js'
import { pulseOf } from './pulse.js'
import { traffic } from './traffic/traffic.js'
import { accounts } from './world/accounts.js'
import { directory } from './world/directory.js'
import type { Fact, Happening } from './world/fact.js'
import type { Spoil } from './world/spoil.js'
import { buildWorld } from './world/world.js'

/** What did not hold in a run. */
export interface Violation {
  readonly invariant: string
  readonly states: string
  readonly complaints: readonly string[]
}

/** What came of a run. */
export interface RunResult {
  readonly plan: Plan
  readonly simulatedMs: number
  /** Pieces of work that the clock has done. */
  readonly events: number
  readonly tally: Tally
  /** How many NPDUs did not reach a receiver, by why that was. */
  readonly missing: Readonly<Record<string, number>>
  readonly violations: readonly Violation[]
}

/** What is different from an ordinary run. */
export interface RunOptions {
  readonly spoil?: Spoil
  readonly invariants?: readonly Invariant[]
  /** Hears all that happens. */
  readonly look?: (fact: Fact) => void
}

const SAMPLE_EVERY = seconds(120)
/** What was sent last has this long to arrive. */
const ARRIVAL = seconds(60)
/** Everything has this long to end: a Disconnect-Request without an answer takes 10 s, and a Close frame 2 s. */
const FAREWELL = seconds(13)

/** Runs a plan from its start to when nothing of it is left, and says what did not hold. */
export const run = (plan: Plan, { spoil = {}, invariants: held = invariants, look }: RunOptions = {}): RunResult => {
  const clock = virtualClock()
  const counts = tally()
  const books = accounts(plan)
  const watchers = held.map(invariant => ({ invariant, watcher: invariant.watch(plan, books) }))
  const watching = byKind(watchers.map(({ watcher }) => watcher))
  const addresses = directory(plan)
  const pulse = pulseOf(plan, clock)
  const tell = (happening: Happening): void => {
    pulse()
    // Each is made for this call: a copy of it would cost as much as to look at it does.
    const fact = Object.assign(happening, { at: clock.now() }) as Fact
    counts.see(fact)
    books.see(fact)
    if (fact._tag === 'Stands') addresses.note(fact)
    for (const see of watching(fact._tag)) see(fact)
    look?.(fact)
  }

  tell({ _tag: 'Phase', phase: 'stormy' })
  const world = buildWorld(plan, clock, tell, spoil)
  const talk = traffic(plan, world, addresses, clock, tell)
  const talking = talk.start()
  const sampling = clock.schedule(function () {
    world.sample()
    this.schedule(undefined, SAMPLE_EVERY)
  }, SAMPLE_EVERY)
  world.network.play(plan.script)
  // Those of one moment have all been done by then.
  const moments = new Set(plan.script.flatMap(({ at, lasts }) => (lasts === undefined ? [at] : [at, ms(at + lasts)])))
  for (const moment of moments) sampling.add(clock.schedule(world.sample, moment))
  clock.advance(plan.stormy)

  tell({ _tag: 'Phase', phase: 'recovery' })
  clock.advance(plan.recovery)

  tell({ _tag: 'Phase', phase: 'calm' })
  world.sample()
  talk.round()
  clock.advance(plan.calm)
  talk.round()
  talking.unsubscribe()
  clock.advance(ARRIVAL)
  world.sample()
  sampling.unsubscribe()

  tell({ _tag: 'Phase', phase: 'farewell' })
  world.end(host => (plan.seed + lotOf(host)) % 2 === 0)
  clock.advance(FAREWELL)
  world.look()
  tell({ _tag: 'Ended', timers: clock.pending(), open: world.open() })

  return {
    plan,
    simulatedMs: clock.now(),
    events: clock.done(),
    tally: counts.read(),
    missing: countBy(books.missing(), ({ why }) => why ?? 'nobody says why'),
    violations: watchers
      .map(({ invariant, watcher }) => ({
        invariant: invariant.name,
        states: invariant.states,
        complaints: watcher.broken(),
      }))
      .filter(({ complaints }) => complaints.length > 0),
  }
}

/** Who looks at facts of a kind, in their order. */
const byKind = (watchers: readonly Watcher[]): ((kind: Fact['_tag']) => readonly Watcher['see'][]) => {
  const known = new Map<Fact['_tag'], readonly Watcher['see'][]>()
  const find = (kind: Fact['_tag']): readonly Watcher['see'][] => {
    const found = watchers.filter(({ kinds }) => kinds.includes(kind)).map(({ see }) => see)
    known.set(kind, found)
    return found
  }
  return kind => known.get(kind) ?? find(kind)
}

const countBy = <Thing>(things: readonly Thing[], key: (thing: Thing) => string): Readonly<Record<string, number>> => {
  const counts = new Map<string, number>()
  for (const thing of things) counts.set(key(thing), (counts.get(key(thing)) ?? 0) + 1)
  return Object.fromEntries(counts)
}
