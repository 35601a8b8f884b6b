import type { ReceivedApdu } from '../event/network-event.js'
import { receivedDestination } from '../event/destination.js'
import { sourceOf } from './source.js'
import type { HeardNpdu } from './transit.js'

/** What the application hears of an NPDU. */
export const receivedApdu = (heard: HeardNpdu): ReceivedApdu => {
  const { npdu, npci, port, from, isBroadcast, dataOptions } = heard
  return {
    _tag: 'Apdu',
    apdu: npdu.subarray(npci.end),
    npdu,
    source: sourceOf(heard),
    port: port.name,
    neighbour: from,
    destination: receivedDestination(npci.destination, isBroadcast),
    expectingReply: npci.expectingReply,
    priority: npci.priority,
    dataOptions,
  }
}
