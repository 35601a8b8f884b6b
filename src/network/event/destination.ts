import { ALL_NETWORKS, type NetworkAddress } from '../../wire/npci.js'
import type { Mac } from '../../values/mac.js'

/** Where something is to go, as an application sees it (section 1.3 of the protocol notes). */
export type NetworkDestination =
  /** To one station, of the network with that number or, where that is `undefined`, of the one of the port. */
  | {
      readonly _tag: 'Station'
      readonly network: number | undefined
      readonly mac: Mac
      /** The name of the port, for a station of its network. Default: the home port, or the only one. */
      readonly port?: string
    }
  /** To all stations of the network of a port. Default: of the home port, or of the only one. */
  | { readonly _tag: 'LocalBroadcast'; readonly port?: string }
  /** To all stations of the network with that number. */
  | { readonly _tag: 'RemoteBroadcast'; readonly network: number }
  /** To all stations of all networks. */
  | { readonly _tag: 'GlobalBroadcast' }

/** Where something went that came here. */
export type ReceivedDestination = 'unicast' | 'local-broadcast' | 'remote-broadcast' | 'global-broadcast'

/** Where something went: what the header says, and without that what the data link did. */
export const receivedDestination = (
  destination: NetworkAddress | undefined,
  isBroadcast: boolean,
): ReceivedDestination => {
  if (destination === undefined) return isBroadcast ? 'local-broadcast' : 'unicast'
  if (destination.network === ALL_NETWORKS) return 'global-broadcast'
  return destination.mac === '' ? 'remote-broadcast' : 'unicast'
}

/** A station of the network with that number or, without one, of the network of a port: of that with this name, or the home port. */
export const toStation = (mac: Mac, network?: number, port?: string): NetworkDestination => ({
  _tag: 'Station',
  network,
  mac,
  ...(port === undefined ? {} : { port }),
})

/** All stations of the network with that number. */
export const toNetwork = (network: number): NetworkDestination => ({ _tag: 'RemoteBroadcast', network })

/** All stations of the network of a port: of that with this name, or of the home port. */
export const toLocalNetwork = (port?: string): NetworkDestination => ({
  _tag: 'LocalBroadcast',
  ...(port === undefined ? {} : { port }),
})

/** All stations of all networks. */
export const TO_ALL: NetworkDestination = { _tag: 'GlobalBroadcast' }
