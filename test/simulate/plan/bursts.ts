import type { ScriptedFault } from '../../../src/testing/index.js'
import { ms, seconds, type Duration } from '../../../src/values/duration.js'
import type { Dice } from '../../fuzz/dice.js'
import type { Addressing } from '../world/fact.js'
import type { Burst } from './plan.js'
import { namedIn } from './named-in.js'
import { seatsOn } from './shapes.js'
import type { Topology } from './topology.js'

/** Bursts, and the faults that come with them. */
export interface Bursts {
  readonly bursts: readonly Burst[]
  readonly faults: readonly ScriptedFault[]
}

const NONE: Bursts = { bursts: [], faults: [] }

/** One run in so many has bursts. */
const ONCE_IN = 3
const MOST_BURSTS = 3

const LEAST_NPDUS = 20
const MOST_NPDUS = 200
/** So many NPDUs are heard of a burst at most, all hearers together: large networks have other work. */
const MOST_HEARD = 2000

/** A restarted host knows no router and no VMAC for a while. */
const SOON = seconds(3)

const SLOW_LASTS = seconds(60)

/** Draws when some say much in one turn: mostly while something is wrong. All is over after `stormy`. */
export const drawBursts = (
  dice: Dice,
  topology: Topology,
  script: readonly ScriptedFault[],
  stormy: Duration,
): Bursts => {
  if (!dice.onceIn(ONCE_IN)) return NONE
  const stations = topology.networks.flatMap(({ seats }) => seats.map(({ host }) => host))
  const members = [...stations, ...topology.boxes.map(({ host }) => host)]
  const onSc = topology.networks.flatMap(({ kind, seats }) => (kind === 'sc' ? seats.map(({ host }) => host) : []))
  const isMember = new Set(members)
  const restarts = script.flatMap(({ at, lasts, fault }) =>
    (fault._tag === 'Kill' || fault._tag === 'PowerOff') && lasts !== undefined
      ? (namedIn(fault) ?? members).filter(host => isMember.has(host)).map(host => ({ at: ms(at + lasts), host }))
      : [],
  )

  const say = (
    at: number,
    by: string,
    addressing: Addressing,
    whom = dice.pick(members),
    drawn = LEAST_NPDUS + dice.below(MOST_NPDUS - LEAST_NPDUS + 1),
  ): Burst => {
    const network = dice.pick(topology.networks).number
    const heardBy = {
      unicast: 1,
      local: members.length,
      remote: seatsOn(topology, network).length,
      global: members.length,
    }
    const most = Math.max(1, Math.floor(MOST_HEARD / Math.max(1, heardBy[addressing])))
    return { at: ms(Math.min(at, stormy)), by, addressing, whom, network, count: Math.min(drawn, most) }
  }

  const drawAddressing = (): Addressing => dice.pick(['unicast', 'unicast', 'unicast', 'local', 'remote', 'global'])

  /** Somebody reads slowly, of whom much is asked. */
  const toOneThatIsSlow = (): Bursts => {
    const whom = dice.pick(onSc.length === 0 || dice.onceIn(3) ? members : onSc)
    const at = Math.floor((dice.fraction() * 0.9 * stormy) / 1000) * 1000
    const lasts = seconds(Math.max(1, Math.floor(Math.min(SLOW_LASTS, stormy - at) / 1000)))
    const impairment = { rate: 1000 + dice.below(4000) }
    const speakers = [dice.pick(members), ...(dice.onceIn(2) ? [dice.pick(members)] : [])]
    return {
      bursts: speakers.map(by =>
        say(at + dice.below(lasts / 2), by, dice.onceIn(4) ? 'global' : 'unicast', whom, MOST_NPDUS),
      ),
      faults: [{ at: ms(at), lasts, fault: { _tag: 'Impair', from: '*', to: whom, impairment } }],
    }
  }

  const afterARestart = (): Bursts => {
    const { at, host } = dice.pick(restarts)
    return { bursts: [say(at + dice.below(SOON), host, drawAddressing())], faults: [] }
  }

  /** More than routers carry on at once of one station. */
  const toAllTwice = (): Bursts => {
    const at = Math.floor(dice.fraction() * 0.9 * stormy)
    const burst = say(at, dice.pick(members), 'global', undefined, MOST_NPDUS)
    return { bursts: [burst, burst], faults: [] }
  }

  const withinAFault = (): Bursts => {
    const { at, lasts = ms(0) } = dice.pick(script)
    return { bursts: [say(at + dice.below(lasts + 1), dice.pick(members), drawAddressing())], faults: [] }
  }

  const drawn = [
    toOneThatIsSlow,
    toOneThatIsSlow,
    toAllTwice,
    withinAFault,
    ...(restarts.length === 0 ? [] : [afterARestart, afterARestart]),
  ]
  const all = Array.from({ length: 1 + dice.below(MOST_BURSTS) }, () => dice.pick(drawn)())
  return { bursts: all.flatMap(({ bursts }) => bursts), faults: all.flatMap(({ faults }) => faults) }
}
