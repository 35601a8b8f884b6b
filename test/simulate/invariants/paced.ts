import { MAX_RESTARTS } from '../../../src/sc/node/hub-connector-machine.js'
import type { Plan, PlannedTimings } from '../plan/plan.js'
import type { Dialled, Fact, Stands } from '../world/fact.js'
import { complaints, type Invariant } from './invariant.js'
import { seatsWhere } from './reconnected.js'

/** The waits of a node are what keeps a thousand of them from a hub that has just started. */
export const paced: Invariant = {
  name: 'paced',
  states:
    'Between its attempts to reach its primary hub a node waits as long as its backoff says, which doubles from the ' +
    'minimum to the maximum; only a lost connection lets it try at once, three times in a row where those were brief.',
  watch: plan => {
    const networkOf = new Map(
      plan.networks.flatMap(on => (on.kind === 'sc' ? on.hubs.map(hub => [hub, on] as const) : [])),
    )
    const nodes = new Map(
      seatsWhere(plan, ({ kind }) => kind === 'sc').map(({ host, network }) => [`${host} ${network}`, attempts(plan)]),
    )
    const { add, all } = complaints()
    return {
      see: fact => {
        if (fact._tag === 'Stands') nodes.get(`${fact.host} ${fact.network}`)?.stands(fact)
        if (fact._tag !== 'Dialled') return
        const on = networkOf.get(fact.hub)
        if (on === undefined) return
        const wrong = nodes.get(`${fact.node} ${on.number}`)?.dials(fact, on.hubs[0] === fact.hub)
        if (wrong !== undefined) add(`${fact.node} dialled ${fact.hub} ${wrong}, at ${fact.at} ms`)
      },
      broken: all,
    }
  },
}

type At<Of> = Fact & Of

/** The attempts of a node on one network to reach its hubs. */
interface Attempts {
  readonly stands: (standing: At<Stands>) => void
  /** Says what is wrong with an attempt. */
  readonly dials: (dialled: At<Dialled>, isPrimary: boolean) => string | undefined
}

/** Each wait may be moved by chance, so far; it stays between the minimum and the maximum. */
const JITTER = 0.5

/** What an attempt takes besides its two waits, to open and to be accepted: the end of its WebSocket. */
const ENDING_MS = 2500

const attempts = ({ timings }: Plan): Attempts => {
  let standing: Pick<At<Stands>, 'at' | 'isUp' | 'through' | 'mac'> = {
    at: 0,
    isUp: false,
    through: undefined,
    mac: undefined,
  }
  /** When it tried last, and how often, since it stands as it does. */
  let last = 0
  let tried = 0
  /** Brief connections in a row, after each of which it may try at once. */
  let brief = 0
  let hasTriedFailover = true

  /** What is wrong with the time since something: `failures` of them in a row have made the wait longer. */
  const verdict = (since: number, at: number, failures: number): string | undefined => {
    const gap = at - since
    const base = Math.min(timings.minReconnect * 2 ** (failures - 1), timings.maxReconnect)
    const least = Math.max(base * (1 - JITTER), timings.minReconnect)
    const most = Math.min(base * (1 + JITTER), timings.maxReconnect) + attemptMs(timings)
    if (gap < Math.floor(least)) return `after ${gap} ms, and not ${least} ms, having failed ${failures} times`
    return gap > Math.ceil(most) ? `after ${gap} ms, and not ${most} ms, having failed ${failures} times` : undefined
  }

  return {
    stands: ({ at, isUp, through, mac }) => {
      if (isUp === standing.isUp && through === standing.through && mac === standing.mac) return
      const isDead = mac === undefined || standing.mac === undefined
      const wasBrief = standing.isUp ? at - standing.at < timings.minReconnect : !isDead
      if (!isUp) brief = wasBrief && !isDead ? brief + 1 : 0
      standing = { at, isUp, through, mac }
      tried = 0
    },
    dials: ({ at, hub }, isPrimary) => {
      if (hub === standing.through) return 'which it was connected to'
      if (!isPrimary) {
        if (hasTriedFailover) return 'without having tried its primary hub'
        hasTriedFailover = true
        return undefined
      }
      hasTriedFailover = false
      const waited = tried > 0 ? last : standing.at
      const failures = tried + (standing.isUp ? 1 : 0)
      last = at
      tried++
      if (failures > 0) {
        brief = 0
        return verdict(waited, at, failures)
      }
      if (brief <= MAX_RESTARTS) return undefined
      brief = 0
      return verdict(waited, at, 1)
    },
  }
}

/** Both hubs are tried, one after the other. */
const attemptMs = ({ connectWait }: PlannedTimings): number => 2 * (2 * connectWait + ENDING_MS)
