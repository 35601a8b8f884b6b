import type { NetworkList } from '../../wire/network-message.js'
import type { RoutingTable } from '../route/routing-table.js'
import type { Ports } from '../port/ports.js'
import type { RunningPort } from '../port/running-port.js'
import { say } from '../port/speech.js'

/** The most networks in one message, so that it fits every link: 3 octets, and two for each. */
const MAX_LISTED = 240

/** Says a list on a port, each network once, in as many parts as it takes; nothing where it is empty. */
export const sayList = (port: RunningPort, list: NetworkList): void => {
  const networks = [...new Set(list.networks)]
  for (let from = 0; from < networks.length; from += MAX_LISTED) {
    say(port, 'broadcast', { _tag: list._tag, networks: networks.slice(from, from + MAX_LISTED) })
  }
}

/** Says on a port which networks its stations reach through the others; nothing where there are none. */
export const sayReachable = (
  port: RunningPort,
  table: Pick<RoutingTable, 'networksBeyond' | 'find'>,
  { mayPass }: Pick<Ports, 'mayPass'>,
): void => {
  const isOpen = (network: number): boolean => {
    const route = table.find(network)
    return route?.port.network !== undefined && mayPass(port.name, route.port.name)
  }
  sayList(port, { _tag: 'I-Am-Router-To-Network', networks: table.networksBeyond(port).filter(isOpen) })
}
