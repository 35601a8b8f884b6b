import type { Aged } from '../../limits/age-order.js'
import type { Moves } from './route-damping.js'
import type { Route, RouteState } from './route.js'

/** What is kept of a route besides what is told of it. */
export interface RouteRow extends Aged<RouteRow> {
  /** As others read it: another object for each change. */
  route: Route
  /** How it stands with its next router, which is how it stands at all while its port is up. */
  standing: RouteState
  /** When a busy one is reachable again, and one whose next router cannot reach it is not believed to be unreachable any more. */
  closedUntil: number
  /** Whether its port may not have heard where the network is reached by now. */
  isDoubtful: boolean
  readonly moves: Moves
}

/** Whether a route was learned from others, and not given by the operator. */
export const isLearned = ({ origin }: Route): boolean => origin === 'announced' || origin === 'seen'
