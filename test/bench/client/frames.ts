import { randomBytes } from 'node:crypto'
import type { DeviceUuid } from '../../../src/values/device-uuid.js'
import type { Vmac } from '../../../src/values/vmac.js'
import { encodeBvlcSc } from '../../../src/wire/bvlc-sc-encode.js'

/** Function, flags, message id and destination VMAC. */
const HEADER_LENGTH = 10

/** The VMAC of the connection with that index. */
export const vmacOf = (index: number): Vmac => `02${index.toString(16).padStart(10, '0')}` as Vmac

/** The Device UUID of the connection with that index; never all zeros. */
export const uuidOf = (index: number): DeviceUuid => (index + 1).toString(16).padStart(32, '0') as DeviceUuid

/** A message as a client has to frame it: final, binary, masked with a key of its own. At most 125 octets. */
export const maskedFrame = (message: Uint8Array): Buffer => {
  const mask = randomBytes(4)
  // A key of zeros would spare the receiver the work.
  mask[0] = (mask[0] as number) | 1
  const body = Buffer.from(message).map((octet, index) => octet ^ (mask[index % 4] as number))
  return Buffer.concat([Buffer.from([0x82, 0x80 | message.length]), mask, body])
}

/** The Connect-Request of the connection with that index. */
export const connectRequest = (index: number): Buffer =>
  maskedFrame(
    encodeBvlcSc({
      _tag: 'Connect-Request',
      messageId: index,
      originating: undefined,
      destination: undefined,
      destinationOptions: [],
      vmac: vmacOf(index),
      uuid: uuidOf(index),
      maxBvlcLength: 1600,
      maxNpduLength: 1497,
    }),
  )

/** An NPDU of no meaning in a message of `length` octets, framed for one destination. */
const npduFrame = (destination: Vmac, messageId: number, length: number): Buffer =>
  maskedFrame(
    encodeBvlcSc({
      _tag: 'Encapsulated-NPDU',
      messageId,
      originating: undefined,
      destination,
      destinationOptions: [],
      dataOptions: [],
      npdu: randomBytes(length - HEADER_LENGTH),
    }),
  )

/** Frames to send, made beforehand, one after the other in one buffer, taken round and round. */
export interface FrameSupply {
  readonly octets: Buffer
  readonly frames: readonly Buffer[]
  next: number
}

const supply = (made: readonly Buffer[]): FrameSupply => {
  const octets = Buffer.concat(made)
  const length = octets.length / made.length
  return { octets, frames: made.map((_, index) => octets.subarray(index * length, (index + 1) * length)), next: 0 }
}

/** Frames for one destination, or for everybody. */
export const framesTo = (destination: Vmac, count: number, length: number): FrameSupply =>
  supply(Array.from({ length: count }, (_, messageId) => npduFrame(destination, messageId, length)))

/** Frames for random destinations among `size` connections, never for the sender. */
export const randomFrames = (sender: number, size: number, count: number, length: number): FrameSupply =>
  supply(
    Array.from({ length: count }, (_, messageId) =>
      npduFrame(vmacOf((sender + 1 + Math.floor(Math.random() * (size - 1))) % size), messageId, length),
    ),
  )
