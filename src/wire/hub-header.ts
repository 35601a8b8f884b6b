import type { Vmac } from '../values/vmac.js'
import { ControlFlag, MIN_LENGTH } from './bvlc-sc.js'
import { skipOptions } from './header-option.js'
import { putOctets, u16, u8 } from './octets.js'
import { webSocketFrame, type WebSocketFrame } from './web-socket-frame.js'

/*
 * What a hub needs of a message in flight, read and rewritten in place (clause AB.5.3.2, 3.1 of the protocol notes).
 * Function, message id, both option lists and the payload stay octet for octet what they were.
 */

/** A VMAC as a number below 2^48: the key under which a hub finds a connection. */
export type VmacKey = number

/** The key of the broadcast VMAC. */
export const BROADCAST_KEY: VmacKey = 0xffffffffffff

/** The key of a VMAC. */
export const vmacKey = (vmac: Vmac): VmacKey => Number.parseInt(vmac, 16)

const keyAt = (octets: Uint8Array, at: number): VmacKey =>
  u16(octets, at) * 0x100000000 + ((u16(octets, at + 2) << 16) >>> 0) + u16(octets, at + 4)

/** Whether a message has a destination VMAC, and so may be for somebody behind the hub. */
export const hasDestination = (message: Uint8Array): boolean => (u8(message, 1) & ControlFlag.DESTINATION) !== 0

/** Whether a message says who sent it; on its way to a hub it should not. */
export const hasOriginating = (message: Uint8Array): boolean => (u8(message, 1) & ControlFlag.ORIGINATING) !== 0

const addressesEnd = (flags: number): number =>
  MIN_LENGTH + ((flags & ControlFlag.ORIGINATING) === 0 ? 0 : 6) + ((flags & ControlFlag.DESTINATION) === 0 ? 0 : 6)

/** Whether a message is long enough for the VMACs that its control flags promise. */
export const hasWholeAddresses = (message: Uint8Array): boolean =>
  message.length >= MIN_LENGTH && addressesEnd(u8(message, 1)) <= message.length

/** The destination of a message that has one. */
export const destinationKey = (message: Uint8Array): VmacKey => keyAt(message, addressesEnd(u8(message, 1)) - 6)

/** The originating VMAC of a message that has one. */
export const originatingKey = (message: Uint8Array): VmacKey => keyAt(message, MIN_LENGTH)

/**
 * A message as the hub passes it on, framed: the originating VMAC is in it, and the destination only in a broadcast.
 * `originator` are the 6 octets of the sender's registered VMAC.
 */
export const forwardFrame = (
  message: Uint8Array,
  originator: Uint8Array,
  broadcast: boolean,
  allocate: (length: number) => Uint8Array,
): WebSocketFrame => {
  const flags = u8(message, 1)
  const restAt = addressesEnd(flags)
  const rest = message.length - restAt
  const frame = webSocketFrame(MIN_LENGTH + (broadcast ? 12 : 6) + rest, allocate)
  const { octets } = frame
  let at = frame.start
  octets[at] = u8(message, 0)
  octets[at + 1] = (flags & ~(ControlFlag.ORIGINATING | ControlFlag.DESTINATION)) | ControlFlag.ORIGINATING
  octets[at + 2] = u8(message, 2)
  octets[at + 3] = u8(message, 3)
  putOctets(octets, at + 4, originator)
  at += 10
  if (broadcast) {
    octets[frame.start + 1] = u8(octets, frame.start + 1) | ControlFlag.DESTINATION
    octets.fill(0xff, at, at + 6)
    at += 6
  }
  putOctets(octets, at, message, restAt)
  return frame
}

/** The length of the payload of a message with whole addresses; -1 when an option list runs past its end. */
export const payloadLength = (message: Uint8Array): number => {
  const flags = u8(message, 1)
  let at = addressesEnd(flags)
  if ((flags & ControlFlag.DESTINATION_OPTIONS) !== 0) at = skipOptions(message, at)
  if (at >= 0 && (flags & ControlFlag.DATA_OPTIONS) !== 0) at = skipOptions(message, at)
  return at < 0 ? -1 : message.length - at
}
