import { MAX_BVLC_LENGTH } from '../wire/bvlc-sc.js'

/** What both ends of our WebSockets have in common (clause AB.7). */
export const webSocketLimits: {
  readonly perMessageDeflate: false
  readonly maxPayload: number
  readonly closeTimeout: number
} = {
  /** BACnet/SC defines no extensions, and its length limits count uncompressed octets. */
  perMessageDeflate: false,
  /** Octets of a message, fragments put together; a longer one closes with 1009. */
  maxPayload: MAX_BVLC_LENGTH,
  /** Milliseconds that the peer may take over the closing handshake. */
  closeTimeout: 2000,
}
