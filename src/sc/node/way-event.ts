import type { ScMessage } from '../../wire/bvlc-sc.js'
import type { DecodeError } from '../../wire/decode-error.js'
import type { UnsentReason } from '../connection/peer.js'

/** What becomes of messages on one of the ways of a node: through the hub, or directly. */
export type WayEvent =
  /** A valid message; on the direct way its originating VMAC is that of the peer. */
  | { readonly _tag: 'Received'; readonly message: ScMessage }
  | { readonly _tag: 'Malformed'; readonly error: DecodeError }
  /** A message was not sent; comes before the call that fed it in returns. */
  | { readonly _tag: 'Unsent'; readonly message: ScMessage; readonly reason: UnsentReason }
  /** A message that was taken, and had not left when its connection ended. */
  | { readonly _tag: 'Lost'; readonly message: ScMessage }
