import type { InitializeRoutingTable, RoutingTableRow } from '../../wire/network-message.js'
import type { Ports } from '../port/ports.js'
import type { RouterPolicy } from '../event/router-policy.js'
import type { RoutingTable } from '../route/routing-table.js'
import type { RunningPort } from '../port/running-port.js'
import { speakerOf } from '../transit/source.js'
import { say } from '../port/speech.js'
import type { Undone } from './message-context.js'
import { isForAll, type HeardNpdu } from '../transit/transit.js'

/** Answers those who read or write the routing table (clause 6.4.7). */
export interface RoutingTableRequests {
  readonly answer: (heard: HeardNpdu, port: RunningPort, message: InitializeRoutingTable) => Undone | undefined
}

/** What is needed for that. */
export interface RoutingTableRequestsOptions {
  readonly ports: Ports
  readonly table: RoutingTable
  readonly policy: RouterPolicy
}

/** The most rows in one answer, so that it fits every link: 4 octets each. */
const MAX_ROWS = 100

const NO_INFO = new Uint8Array()

/**
 * Answers with the whole table, in as many parts as it takes, when nothing is to be changed; else with an empty table,
 * whether anything was changed or not. Neither direct nor configured routes are ever changed.
 */
export const routingTableRequests = ({ ports, table, policy }: RoutingTableRequestsOptions): RoutingTableRequests => {
  const acknowledge = (heard: HeardNpdu, port: RunningPort, rows: readonly RoutingTableRow[]): void => {
    const { source, priority } = heard.npci
    say(port, heard.from, { _tag: 'Initialize-Routing-Table-Ack', rows }, { destination: source, priority })
  }

  const tell = (heard: HeardNpdu, port: RunningPort): void => {
    const rows = table.routes().map(route => ({ network: route.network, portId: route.port.id, portInfo: NO_INFO }))
    for (let from = 0; from < Math.max(rows.length, 1); from += MAX_ROWS) {
      acknowledge(heard, port, rows.slice(from, from + MAX_ROWS))
    }
  }

  /** A row names a port, and no router behind it: that is asked for there. */
  const write = ({ network, portId }: RoutingTableRow): void => {
    const route = table.find(network)
    const port = [...ports.all()].find(({ id }) => id === portId)
    if (route?.port.id === portId || (port === undefined && portId !== 0)) return
    if (route !== undefined && !table.forget(network)) return
    if (port !== undefined) say(port, 'broadcast', { _tag: 'Who-Is-Router-To-Network', network })
  }

  return {
    answer: (heard, port, { rows }) => {
      if (heard.isBroadcast || isForAll(heard)) return undefined
      const speaker = speakerOf(heard)
      if (rows.length === 0) {
        if (!policy.mayRead(speaker)) return 'may not read the routing table'
        tell(heard, port)
        return undefined
      }
      const isAllowed = policy.mayWrite(speaker)
      if (isAllowed) rows.forEach(write)
      acknowledge(heard, port, [])
      return isAllowed ? undefined : 'may not write the routing table'
    },
  }
}
