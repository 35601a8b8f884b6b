import { filter, type MonoTypeOperatorFunction } from 'rxjs'
import type { Mac } from '../../values/mac.js'
import { ALL_NETWORKS } from '../../wire/npci.js'
import { isConfirmedRequest } from '../../wire/npdu-look.js'
import { destinationOf } from './addressing.js'
import type { DecodedNpdu, OnFault } from './decode-npdus.js'

/** What a node knows of itself, at any moment. */
export interface Ourselves {
  /** The number of its network; `undefined` while it is not known. Default: it never is. */
  readonly network?: () => number | undefined
  /** The own MAC address; `undefined` while there is none. */
  readonly mac: () => Mac | undefined
}

/** Why an NPDU is not taken. */
export interface NotForUs {
  readonly _tag: 'NotForUs'
  readonly code: 'OTHER_NETWORK' | 'OTHER_STATION' | 'CONFIRMED_REQUEST_BY_BROADCAST'
}

/**
 * Keeps the NPDUs for a node that is not a router (section 3 of the protocol notes): those without a destination, for all
 * networks, and for its own network when its number is known, if they are for all stations or for its MAC address. The
 * others, and Confirmed-Requests that came by a broadcast of any kind, are passed over, and told to `onOther`.
 */
export const forUs = <Address extends string>(
  us: Ourselves,
  onOther?: OnFault<NotForUs, DecodedNpdu<Address>>,
): MonoTypeOperatorFunction<DecodedNpdu<Address>> =>
  filter(received => {
    const code = whyNot(received, us)
    if (code !== undefined) onOther?.({ _tag: 'NotForUs', code }, received)
    return code === undefined
  })

const whyNot = (received: DecodedNpdu<string>, us: Ourselves): NotForUs['code'] | undefined => {
  const { destination, content } = received.decoded
  if (destination !== undefined && destination.network !== ALL_NETWORKS) {
    if (destination.network !== us.network?.()) return 'OTHER_NETWORK'
    if (destination.mac !== '' && destination.mac !== us.mac()) return 'OTHER_STATION'
  }
  const isBroadcast = received.destination === 'broadcast' || destinationOf(received) !== 'unicast'
  return isBroadcast && content._tag === 'Apdu' && isConfirmedRequest(content.apdu, 0)
    ? 'CONFIRMED_REQUEST_BY_BROADCAST'
    : undefined
}
