import type { Mac } from '../../values/mac.js'
import { encodeNetworkMessage } from '../../wire/network-message-encode.js'
import type { NetworkMessage } from '../../wire/network-message.js'
import { encodeNpci, FIRST_HOP_COUNT, type NetworkAddress, type Priority } from '../../wire/npci.js'
import type { RunningPort } from './running-port.js'

/** What is to be known of a message besides what it says. */
export interface SaidTo {
  /** A station beyond the neighbour. Default: none, the neighbour itself is meant. */
  readonly destination?: NetworkAddress | undefined
  /** Whom it is said for. Default: this node. */
  readonly source?: NetworkAddress | undefined
  readonly priority?: Priority
}

/** Says a message of the network layer on the network of a port, to one station there or to all. */
export const say = (
  port: RunningPort,
  to: Mac | 'broadcast',
  message: NetworkMessage,
  { destination, source, priority = 'normal' }: SaidTo = {},
): void => {
  const header = {
    isNetworkMessage: true,
    expectingReply: message._tag === 'Initialize-Routing-Table',
    priority,
    destination,
    source,
    hopCount: destination === undefined ? 0 : FIRST_HOP_COUNT,
  }
  port.counters.counts.sent++
  port.send({ _tag: 'Npdu', npdu: encodeNpci(header, encodeNetworkMessage(message)), destination: to })
}
