import { MAX_RESTARTS } from '../../../src/sc/node/hub-connector-machine.js'
import type { Plan, PlannedTimings } from '../plan/plan.js'
import type { Dialled } from '../world/connection-fact.js'
import type { Fact, Stands } from '../world/fact.js'
import { sees, type Watcher } from './invariant.js'
import { seatsWhere } from './reconnected.js'

/** A node has waited before it tried its primary hub again. */
export interface Wait {
  readonly node: string
  readonly at: number
  readonly lasted: number
  /** How long it may last: chance moves it by half, and it stays between the minimum and the maximum. */
  readonly least: number
  readonly most: number
  /** Attempts that failed in a row, which have made it longer. */
  readonly failures: number
  /** Something else has ended it: the node went down, or lost the failover hub. */
  readonly isCut: boolean
}

/** Who is told of attempts. */
export interface AttemptsHearer {
  readonly waited: (wait: Wait) => void
  /** An attempt that no wait explains. */
  readonly wrong?: (complaint: string) => void
}

/** Follows the attempts of all nodes to reach their hubs. */
export const attemptsOf = (plan: Plan, { waited, wrong }: AttemptsHearer): Pick<Watcher, 'kinds' | 'see'> => {
  const networkOf = new Map(
    plan.networks.flatMap(on => (on.kind === 'sc' ? on.hubs.map(hub => [hub, on] as const) : [])),
  )
  const isPrimary = (hub: string | undefined): boolean => hub !== undefined && networkOf.get(hub)?.hubs[0] === hub
  const nodes = new Map(
    seatsWhere(plan, ({ kind }) => kind === 'sc').map(({ host, network }) => [
      `${host} ${network}`,
      attempts(plan.timings, wait => waited({ ...wait, node: host })),
    ]),
  )
  return sees(['Stands', 'Dialled', 'Failed'], fact => {
    if (fact._tag === 'Stands') {
      nodes.get(`${fact.host} ${fact.network}`)?.stands(fact, isPrimary(fact.through))
      return
    }
    const on = networkOf.get(fact.hub)
    const node = nodes.get(`${fact.node} ${on?.number}`)
    if (fact._tag === 'Failed') {
      node?.failed(fact.at, isPrimary(fact.hub))
      return
    }
    const complaint = node?.dials(fact, isPrimary(fact.hub))
    if (complaint !== undefined) wrong?.(`${fact.node} dialled ${fact.hub} ${complaint}, at ${fact.at} ms`)
  })
}

type At<Of> = Fact & Of

/** The attempts of a node on one network to reach its hubs. */
interface Attempts {
  readonly stands: (standing: At<Stands>, isWithPrimary: boolean) => void
  /** One of them has failed. */
  readonly failed: (at: number, isPrimary: boolean) => void
  /** Says what is wrong with an attempt, besides how long was waited for it. */
  readonly dials: (dialled: At<Dialled>, isPrimary: boolean) => string | undefined
}

/** Each wait may be moved by chance, so far; it stays between the minimum and the maximum. */
const JITTER = 0.5

const attempts = (
  { minReconnect, maxReconnect }: PlannedTimings,
  waited: (wait: Omit<Wait, 'node'>) => void,
): Attempts => {
  let standing: Pick<At<Stands>, 'at' | 'isUp' | 'through' | 'mac'> = {
    at: 0,
    isUp: false,
    through: undefined,
    mac: undefined,
  }
  /** Since when it waits. */
  let waits = 0
  let isWaiting = false
  /** How often it has tried since it stands as it does. */
  let tried = 0
  /** Brief connections in a row, after each of which it may try at once. */
  let brief = 0
  /** It has taken another VMAC, as a hub has said, and may do once more at once what failed for that. */
  let isRenamed = false
  let hasTriedFailover = true
  let triesPrimary = false

  const failures = (): number => Math.max(1, tried + (standing.isUp ? 1 : 0))

  const endWait = (at: number, isCut: boolean): void => {
    isWaiting = false
    const base = Math.min(minReconnect * 2 ** (failures() - 1), maxReconnect)
    const least = Math.max(base * (1 - JITTER), minReconnect)
    const most = Math.min(base * (1 + JITTER), maxReconnect)
    waited({ at, lasted: at - waits, least, most, failures: failures(), isCut })
  }

  return {
    stands: ({ at, isUp, through, mac }, isWithPrimary) => {
      if (isUp === standing.isUp && through === standing.through && mac === standing.mac) return
      if (isWaiting) endWait(at, true)
      const isDead = mac === undefined || standing.mac === undefined
      const wasBrief = standing.isUp ? at - standing.at < minReconnect : !isDead
      if (!isUp) brief = wasBrief && !isDead ? brief + 1 : 0
      isRenamed = !isUp && !standing.isUp && !isDead && mac !== standing.mac
      // What is lost while the primary hub is tried already is part of that round.
      triesPrimary &&= !isUp && mac === standing.mac
      if (isRenamed) tried = Math.max(0, tried - 1)
      else tried = triesPrimary ? 1 : 0
      standing = { at, isUp, through, mac }
      waits = at
      isWaiting = isUp ? !isWithPrimary : brief > MAX_RESTARTS
    },
    failed: (at, isPrimary) => {
      waits = at
      isWaiting = true
      if (isPrimary) triesPrimary = false
    },
    dials: ({ at, hub }, isPrimary) => {
      if (hub === standing.through) return 'which it was connected to'
      if (!isPrimary) {
        isWaiting = false
        if (hasTriedFailover) return 'without having tried its primary hub'
        hasTriedFailover = true
        return undefined
      }
      hasTriedFailover = false
      triesPrimary = true
      const hasFailed = tried > 0 || standing.isUp
      const isAtOnce = brief <= MAX_RESTARTS && (isRenamed || !hasFailed)
      if (isAtOnce) isWaiting = isRenamed = false
      else {
        brief = 0
        endWait(at, false)
      }
      tried++
      return undefined
    },
  }
}
