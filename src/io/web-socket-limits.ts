import { MAX_FRAGMENTS } from '../sc/connection/socket.js'
import { MAX_BVLC_LENGTH } from '../wire/bvlc-sc.js'

/** What both ends of our WebSockets have in common (clause AB.7). */
export const webSocketLimits: {
  readonly perMessageDeflate: false
  readonly maxPayload: number
  readonly maxFragments: number
  readonly maxBufferedChunks: number
  readonly autoPong: false
  readonly closeTimeout: number
} = {
  /** BACnet/SC defines no extensions, and its length limits count uncompressed octets. */
  perMessageDeflate: false,
  /** Octets of a message, fragments put together; a longer one closes with 1009. */
  maxPayload: MAX_BVLC_LENGTH,
  /** Fragments of a message; more close with 1008. */
  maxFragments: MAX_FRAGMENTS,
  /** Reads from the network that may have to be put together for one fragment, of 16 octets each; more close with 1008. */
  maxBufferedChunks: 4096,
  /** Pings are answered by `answerPings`, which has a bound. */
  autoPong: false,
  /** Milliseconds that the peer may take over the closing handshake. */
  closeTimeout: 2000,
}
