import type { ScUri } from '../../values/sc-uri.js'
import { Subprotocol, type Dial, type Socket } from '../connection/socket.js'

/** A hub to connect to: what to call it, and how to reach it. */
export interface HubAddress {
  readonly uri: ScUri | 'own hub'
  readonly socket: Socket
}

/** Makes the address of a hub from what dials it. */
export const hubAddress = (uri: ScUri, dial: Dial): HubAddress => ({ uri, socket: dial(uri, Subprotocol.HUB) })
