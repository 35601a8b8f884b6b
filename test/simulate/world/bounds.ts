import type { Plan } from '../plan/plan.js'
import { seatsOfBoxes } from './member.js'

/** What bounds the tables of a run: room enough for those of its plan, and no more. */
export interface Bounds {
  /** Nodes of one hub. Default: those of its network. */
  readonly connections?: number
  /** Connections of one hub that are not nodes yet. Default: the nodes of its network. */
  readonly pending?: number
  /** Octets that wait for one slow node of a hub. */
  readonly queued: number
  /** Rows of the foreign device table of a BBMD. */
  readonly foreignDevices: number
  /** VMACs that a B/IPv6 port knows. */
  readonly vmacs: number
  /** Routes that a router or another node learns. */
  readonly learnedRoutes: number
  /** NPDUs from one port, or of the node itself, that wait until somebody says that he routes to their networks. */
  readonly waiting: number
}

/** Just room enough for those of a plan. */
export const boundsOf = (plan: Plan): Bounds => {
  const { networks } = plan
  const most = (count: (network: Plan['networks'][number]) => number): number => Math.max(0, ...networks.map(count))
  return {
    queued: 20_000,
    foreignDevices: Math.max(
      1,
      most(
        ({ seats, number }) =>
          [...seats, ...seatsOfBoxes(plan, number)].filter(seat => seat.kind !== 'sc' && seat.role === 'foreign')
            .length,
      ),
    ),
    vmacs: 16,
    learnedRoutes: networks.length,
    waiting: 32,
  }
}
