import type { SchedulerLike } from 'rxjs'
import { memory } from '../../limits/memory.js'
import type { Mac } from '../../values/mac.js'
import type { InitializeRoutingTable } from '../../wire/network-message.js'
import type { NetworkEvent } from '../event/network-event.js'
import type { RunningPort } from '../port/running-port.js'
import { say } from '../port/speech.js'
import type { HeardNpdu } from '../transit/transit.js'

/** The routing tables of others that were asked for. */
export interface RoutingTablesAsked {
  readonly ask: (port: RunningPort, router: Mac) => void
  /** Tells an answer, where one was asked for; nothing is learned from it. */
  readonly rows: (heard: HeardNpdu, message: InitializeRoutingTable) => void
}

/** How long an answer is waited for, which may come in several parts. */
const PATIENCE_MS = 10_000

/** The most that are waited for. */
const MAX_ASKED = 64

/** Asks routers for their routing tables. One that does not answer is not told. */
export const routingTablesAsked = (
  scheduler: SchedulerLike,
  tell: (event: NetworkEvent) => void,
): RoutingTablesAsked => {
  const asked = memory<string>(PATIENCE_MS, MAX_ASKED, scheduler)
  return {
    ask: (port, router) => {
      asked.add(`${port.name} ${router}`)
      say(port, router, { _tag: 'Initialize-Routing-Table', rows: [] })
    },
    rows: ({ port, from }, { rows }) => {
      if (!asked.has(`${port.name} ${from}`)) return
      const told = rows.map(({ network, portId }) => ({ network, portId }))
      tell({ _tag: 'RoutingTableOf', port: port.name, router: from, rows: told })
    },
  }
}
