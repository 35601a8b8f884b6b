import { MAX_RESTARTS } from '../../../src/sc/node/hub-connector-machine.js'
import type { Plan } from '../plan/plan.js'
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
        if (fact._tag !== 'Dialled' && fact._tag !== 'Failed') return
        const on = networkOf.get(fact.hub)
        if (on === undefined) return
        const node = nodes.get(`${fact.node} ${on.number}`)
        if (fact._tag === 'Failed') {
          node?.failed(fact.at, on.hubs[0] === fact.hub)
          return
        }
        const wrong = node?.dials(fact, on.hubs[0] === fact.hub)
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
  /** One of them has failed. */
  readonly failed: (at: number, isPrimary: boolean) => void
  /** Says what is wrong with an attempt. */
  readonly dials: (dialled: At<Dialled>, isPrimary: boolean) => string | undefined
}

/** Each wait may be moved by chance, so far; it stays between the minimum and the maximum. */
const JITTER = 0.5

const attempts = ({ timings }: Plan): Attempts => {
  let standing: Pick<At<Stands>, 'at' | 'isUp' | 'through' | 'mac'> = {
    at: 0,
    isUp: false,
    through: undefined,
    mac: undefined,
  }
  /** Since when it waits. */
  let waits = 0
  /** How often it has tried since it stands as it does. */
  let tried = 0
  /** Brief connections in a row, after each of which it may try at once. */
  let brief = 0
  /** It has taken another VMAC, as a hub has said, and may do once more at once what failed for that. */
  let isRenamed = false
  let hasTriedFailover = true
  let triesPrimary = false

  /** What is wrong with a wait, which failures in a row have made longer. */
  const verdict = (at: number, failures: number): string | undefined => {
    const gap = at - waits
    const base = Math.min(timings.minReconnect * 2 ** (failures - 1), timings.maxReconnect)
    const least = Math.max(base * (1 - JITTER), timings.minReconnect)
    const most = Math.min(base * (1 + JITTER), timings.maxReconnect)
    if (gap < Math.floor(least)) return `after ${gap} ms, and not ${least} ms, having failed ${failures} times`
    return gap > Math.ceil(most) ? `after ${gap} ms, and not ${most} ms, having failed ${failures} times` : undefined
  }

  return {
    stands: ({ at, isUp, through, mac }) => {
      if (isUp === standing.isUp && through === standing.through && mac === standing.mac) return
      const isDead = mac === undefined || standing.mac === undefined
      const wasBrief = standing.isUp ? at - standing.at < timings.minReconnect : !isDead
      if (!isUp) brief = wasBrief && !isDead ? brief + 1 : 0
      isRenamed = !isUp && !standing.isUp && !isDead && mac !== standing.mac
      // What is lost while the primary hub is tried already is part of that round.
      triesPrimary &&= !isUp && mac === standing.mac
      if (isRenamed) tried = Math.max(0, tried - 1)
      else tried = triesPrimary ? 1 : 0
      standing = { at, isUp, through, mac }
      waits = at
    },
    failed: (at, isPrimary) => {
      waits = at
      if (isPrimary) triesPrimary = false
    },
    dials: ({ at, hub }, isPrimary) => {
      if (hub === standing.through) return 'which it was connected to'
      if (!isPrimary) {
        if (hasTriedFailover) return 'without having tried its primary hub'
        hasTriedFailover = true
        return undefined
      }
      hasTriedFailover = false
      triesPrimary = true
      const failures = tried + (standing.isUp ? 1 : 0)
      tried++
      if (isRenamed && brief <= MAX_RESTARTS) {
        isRenamed = false
        return undefined
      }
      if (failures > 0) {
        brief = 0
        return verdict(at, failures)
      }
      if (brief <= MAX_RESTARTS) return undefined
      brief = 0
      return verdict(at, 1)
    },
  }
}
