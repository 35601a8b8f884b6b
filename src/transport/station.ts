import { parseStation, type BipAddress } from '../values/bip-address.js'
import { valueOf } from './configuration.js'

/**
 * The address of one station, to send to or to ask: `station('10.0.1.5:47808')`. Throws a `ConfigurationError` for other
 * text, 0.0.0.0, broadcast and multicast addresses and port 0; `parseBipAddress` gives an `Either` instead.
 */
export const station = (text: string): BipAddress => valueOf('station', parseStation(text))
