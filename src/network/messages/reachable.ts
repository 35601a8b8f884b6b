import type { RoutingTable } from '../route/routing-table.js'
import type { RunningPort } from '../port/running-port.js'
import { say } from '../port/speech.js'

/** The most networks in one I-Am-Router-To-Network, so that it fits every link: 3 octets, and two for each. */
const MAX_LISTED = 240

/** Says on a port which networks are reached through the others; nothing where there are none. */
export const sayReachable = (port: RunningPort, table: Pick<RoutingTable, 'networksBeyond'>): void => {
  const networks = table.networksBeyond(port)
  for (let from = 0; from < networks.length; from += MAX_LISTED) {
    say(port, 'broadcast', { _tag: 'I-Am-Router-To-Network', networks: networks.slice(from, from + MAX_LISTED) })
  }
}
