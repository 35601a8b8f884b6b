import type { ListenUri, ScUri } from '../../values/sc-uri.js'
import type { Vmac } from '../../values/vmac.js'
import type { PeerIdentity } from '../../wire/bvlc-sc.js'
import type { Cause } from '../connection/cause.js'
import type { FailedRequest } from '../connection/failed-request.js'

/** What is told of the direct connections of a node. */
export type DirectEvent =
  /** Peers can connect directly at `uri`, which has the real port. */
  | { readonly _tag: 'DirectListening'; readonly uri: ListenUri }
  /** From now on, unicasts to a peer go directly to it (`up`), or through the hub again (`down`). */
  | { readonly _tag: 'Direct'; readonly vmac: Vmac; readonly state: 'up' | 'down' }
  /** A direct connection is there. `uri` is what was dialled; it is absent, and `address` there, when the peer dialled. */
  | {
      readonly _tag: 'DirectConnected'
      readonly peer: PeerIdentity
      readonly uri: ScUri | undefined
      readonly address: string | undefined
    }
  /** It has ended. */
  | {
      readonly _tag: 'DirectDisconnected'
      readonly peer: PeerIdentity
      readonly uri: ScUri | undefined
      readonly address: string | undefined
      readonly cause: Cause
      /**
       * How many messages were sent over it since the peer was last heard, or in the second or two before that, which crossed
       * with what it said: as many may be lost. 0 when we ended it and the peer agreed. Those that came back as `Dropped`, or
       * went another way at its end, are among them.
       */
      readonly unconfirmed: number
    }
  /** An attempt to connect to a peer failed. */
  | {
      readonly _tag: 'FailedConnection'
      readonly role: 'direct'
      readonly vmac: Vmac
      readonly uri: ScUri
      readonly cause: Cause
    }
  /**
   * Somebody came and did not become a direct peer; `count` times since the last event of this reason and host, of which
   * there is at most one a second. `address` is the latest.
   */
  | { readonly _tag: 'DirectRefused'; readonly address: string; readonly reason: string; readonly count: number }
  | FailedRequest
