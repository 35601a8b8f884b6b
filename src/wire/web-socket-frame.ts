import { putU16 } from './octets.js'

/**
 * A message with the WebSocket header of an accepting peer before it (RFC 6455, 5.2: final, binary, not masked),
 * in one buffer: written once, sent to one or to many sockets as it is.
 */
export interface WebSocketFrame {
  /** Header and message. */
  readonly octets: Uint8Array
  /** Where the message begins in `octets`. */
  readonly start: number
}

const FINAL_BINARY = 0x82

/** A frame for a message of `length` octets (at most 65535), its header written and its message still to be. */
export const webSocketFrame = (length: number, allocate: (length: number) => Uint8Array): WebSocketFrame => {
  const start = length < 126 ? 2 : 4
  const octets = allocate(start + length)
  octets[0] = FINAL_BINARY
  if (start === 2) {
    octets[1] = length
  } else {
    octets[1] = 126
    putU16(octets, 2, length)
  }
  return { octets, start }
}

/** A frame around a message that is there already, of at most 65535 octets. Default: in memory of its own. */
export const frameMessage = (
  message: Uint8Array,
  allocate: (length: number) => Uint8Array = length => new Uint8Array(length),
): WebSocketFrame => {
  const frame = webSocketFrame(message.length, allocate)
  frame.octets.set(message, frame.start)
  return frame
}

/** The message of a frame, as a view. */
export const messageOf = (frame: WebSocketFrame): Uint8Array => frame.octets.subarray(frame.start)
