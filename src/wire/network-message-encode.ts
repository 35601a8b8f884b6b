import { NetworkMessageType, type NetworkMessage, type RoutingTableRow } from './network-message.js'
import { putOctets, putU16 } from './octets.js'

/**
 * The octets of a network layer message from its type on (section 2 of the protocol notes). The caller bounds its lists:
 * they must fit an NPDU, and there are at most 255 rows of a routing table, with at most 255 octets of information each.
 */
export const encodeNetworkMessage = (message: NetworkMessage): Uint8Array => {
  switch (message._tag) {
    case 'Who-Is-Router-To-Network':
      return numbers(NetworkMessageType[message._tag], message.network === undefined ? [] : [message.network])
    case 'I-Am-Router-To-Network':
    case 'Router-Busy-To-Network':
    case 'Router-Available-To-Network':
      return numbers(NetworkMessageType[message._tag], message.networks)
    case 'I-Could-Be-Router-To-Network':
      return numbers(NetworkMessageType[message._tag], [message.network], message.performanceIndex)
    case 'Reject-Message-To-Network': {
      const octets = Uint8Array.of(NetworkMessageType[message._tag], message.reason, 0, 0)
      putU16(octets, 2, message.network)
      return octets
    }
    case 'Initialize-Routing-Table':
    case 'Initialize-Routing-Table-Ack':
      return routingTable(NetworkMessageType[message._tag], message.rows)
    case 'Establish-Connection-To-Network':
      return numbers(NetworkMessageType[message._tag], [message.network], message.terminationTime)
    case 'Disconnect-Connection-To-Network':
      return numbers(NetworkMessageType[message._tag], [message.network])
    case 'What-Is-Network-Number':
      return numbers(NetworkMessageType[message._tag], [])
    case 'Network-Number-Is':
      return numbers(NetworkMessageType[message._tag], [message.network], message.isConfigured ? 1 : 0)
    case 'Proprietary': {
      const octets = new Uint8Array(3 + message.data.length)
      octets[0] = message.type
      putU16(octets, 1, message.vendorId)
      putOctets(octets, 3, message.data)
      return octets
    }
    case 'Unknown':
      return Uint8Array.of(message.type, ...message.data)
  }
}

/** A type, numbers of networks, and one octet more. */
const numbers = (type: number, networks: readonly number[], last?: number): Uint8Array => {
  const octets = new Uint8Array(1 + 2 * networks.length + (last === undefined ? 0 : 1))
  octets[0] = type
  networks.forEach((network, index) => putU16(octets, 1 + 2 * index, network))
  if (last !== undefined) octets[octets.length - 1] = last
  return octets
}

const routingTable = (type: number, rows: readonly RoutingTableRow[]): Uint8Array => {
  const octets = new Uint8Array(rows.reduce((length, { portInfo }) => length + 4 + portInfo.length, 2))
  octets[0] = type
  octets[1] = rows.length
  let at = 2
  for (const { network, portId, portInfo } of rows) {
    putU16(octets, at, network)
    octets[at + 2] = portId
    octets[at + 3] = portInfo.length
    putOctets(octets, at + 4, portInfo)
    at += 4 + portInfo.length
  }
  return octets
}
