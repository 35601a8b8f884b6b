import { ALL_NETWORKS } from '../../wire/npci.js'
import type { ReceivedApdu } from '../event/network-event.js'
import type { ReceivedDestination } from '../event/destination.js'
import { sourceOf } from './source.js'
import type { HeardNpdu } from './transit.js'

/** What the application hears of an NPDU. */
export const receivedApdu = (heard: HeardNpdu): ReceivedApdu => {
  const { npdu, npci, port, from, dataOptions } = heard
  return {
    _tag: 'Apdu',
    apdu: npdu.subarray(npci.end),
    npdu,
    source: sourceOf(heard),
    port: port.name,
    neighbour: from,
    destination: destinationOf(heard),
    expectingReply: npci.expectingReply,
    priority: npci.priority,
    dataOptions,
  }
}

const destinationOf = ({ npci: { destination }, isBroadcast }: HeardNpdu): ReceivedDestination => {
  if (destination === undefined) return isBroadcast ? 'local-broadcast' : 'unicast'
  if (destination.network === ALL_NETWORKS) return 'global-broadcast'
  return destination.mac === '' ? 'remote-broadcast' : 'unicast'
}
