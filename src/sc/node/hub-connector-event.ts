import type { HubConnectionStatus, PeerIdentity } from '../../wire/bvlc-sc.js'
import type { Cause } from '../connection/cause.js'
import type { HubRole } from '../connection/hub-role.js'
import type { HubAddress } from './hub-address.js'
import type { WayEvent } from './way-event.js'

/** What a hub connector tells. */
export type HubConnectorEvent =
  /** SC_Hub_Connector_State; comes first at the start, as `none`. `hub` is who the hub says it is. */
  | { readonly _tag: 'Status'; readonly status: HubConnectionStatus; readonly hub: PeerIdentity | undefined }
  /** One attempt to reach a hub did not become a connection. */
  | {
      readonly _tag: 'FailedConnection'
      readonly role: HubRole
      readonly uri: HubAddress['uri']
      readonly cause: Cause
    }
  /** A connection that was there ended. */
  | {
      readonly _tag: 'LostConnection'
      readonly role: HubRole
      readonly uri: HubAddress['uri']
      readonly cause: Cause
      /**
       * How many messages were sent over it since the peer was last heard, or in the second or two before that, which crossed
       * with what it said: as many may be lost. 0 when we ended it and the peer agreed. Those that came back as `Dropped`, or
       * went another way at its end, are among them.
       */
      readonly unconfirmed: number
      /** Where that hub found a message of ours too long (1009): how often it has until now. */
      readonly tooLong?: number
      /**
       * We had hung up on it, for another hub, and it did not end in good order. It says nothing of how the node is connected;
       * it is told only where messages are unconfirmed.
       */
      readonly hungUp?: true
    }
  | WayEvent
