import type { Mac } from '../../values/mac.js'
import type { DecodedNpdu } from './decode-npdus.js'
import { receivedDestination, type ReceivedDestination } from '../event/destination.js'
import type { StationAddress } from '../event/network-event.js'

/**
 * Who sent an NPDU, whatever routers it passed (section 1.3 of the protocol notes). One of the network that it came from has
 * the number that is given for that, or none.
 */
export const sourceOf = (
  { source, decoded }: Pick<DecodedNpdu<string>, 'source' | 'decoded'>,
  ownNetwork?: number,
): StationAddress => decoded.source ?? { network: ownNetwork, mac: source as Mac }

/** Where an NPDU goes: what its header says, and without that what the data link did. */
export const destinationOf = ({
  destination,
  decoded,
}: Pick<DecodedNpdu<string>, 'destination' | 'decoded'>): ReceivedDestination =>
  receivedDestination(decoded.destination, destination === 'broadcast')
