import type { StationAddress } from '../event/network-event.js'
import type { Speaker } from '../event/router-policy.js'
import type { HeardNpdu } from './transit.js'

/** Who sent an NPDU, whatever routers it passed (section 1.3 of the protocol notes). */
export const sourceOf = ({ npci, port, from }: HeardNpdu): StationAddress =>
  npci.source ?? { network: port.network, mac: from }

/** Who says something, as a policy sees him. */
export const speakerOf = (heard: HeardNpdu): Speaker => ({ port: heard.port.name, source: sourceOf(heard) })
