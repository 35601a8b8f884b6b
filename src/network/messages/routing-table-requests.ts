import type { InitializeRoutingTable, RoutingTableRow } from '../../wire/network-message.js'
import type { Notes } from '../event/notes.js'
import type { Ports } from '../port/ports.js'
import type { RouterPolicy } from '../event/router-policy.js'
import type { RoutingTable } from '../route/routing-table.js'
import type { RunningPort } from '../port/running-port.js'
import { speakerOf } from '../transit/source.js'
import { say } from '../port/speech.js'
import type { HeardNpdu } from '../transit/transit.js'

/** Answers those who read or write the routing table (clause 6.4.7). */
export interface RoutingTableRequests {
  readonly answer: (heard: HeardNpdu, port: RunningPort, message: InitializeRoutingTable) => void
}

/** What is needed for that. */
export interface RoutingTableRequestsOptions {
  readonly ports: Ports
  readonly table: RoutingTable
  readonly policy: RouterPolicy
  readonly notes: Notes
}

/** The most rows in one answer, so that it fits every link: 4 octets each. */
const MAX_ROWS = 100

const NO_INFO = new Uint8Array()

/**
 * Answers with the whole table, in as many parts as it takes, when nothing is to be changed; else with an empty table,
 * whether anything was changed or not. Neither direct nor configured routes are ever changed.
 */
export const routingTableRequests = ({
  ports,
  table,
  policy,
  notes,
}: RoutingTableRequestsOptions): RoutingTableRequests => {
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
    if (route?.port.id === portId) return
    if (route !== undefined && !table.forget(network)) return
    for (const port of ports.all()) {
      if (port.id === portId) say(port, 'broadcast', { _tag: 'Who-Is-Router-To-Network', network })
    }
  }

  return {
    answer: (heard, port, { rows }) => {
      if (heard.isBroadcast) return
      const speaker = speakerOf(heard)
      if (rows.length === 0) {
        if (policy.mayRead(speaker)) tell(heard, port)
        else notes.discarded('may not read the routing table', port.name, heard.from)
        return
      }
      if (policy.mayWrite(speaker)) rows.forEach(write)
      else notes.discarded('may not write the routing table', port.name, heard.from)
      acknowledge(heard, port, [])
    },
  }
}
