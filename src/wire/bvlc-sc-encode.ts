import { BvlcFunction } from './bvlc-function.js'
import { ControlFlag, MIN_LENGTH, type ScMessage } from './bvlc-sc.js'
import { NO_OPTIONS, optionsLength, putOptions } from './header-option.js'
import { octetsCarrying } from './headroom.js'
import { newOctets, putHex, putU16 } from './octets.js'

const utf8 = new TextEncoder()
const NO_OCTETS = new Uint8Array(0)

const HUB_CONNECTION = { none: 0, primary: 1, failover: 2 } as const

/**
 * Encodes a message, into octets of its own unless its NPDU has room for the header in front of it. Numbers are cut to the size of their field.
 * NUL characters in error details are left out: some receivers refuse them.
 */
export const encodeBvlcSc = (message: ScMessage): Uint8Array => {
  const { originating, destination, destinationOptions } = message
  const dataOptions = message._tag === 'Encapsulated-NPDU' ? message.dataOptions : NO_OPTIONS
  const text = textOf(message)
  const headerLength =
    MIN_LENGTH +
    (originating === undefined ? 0 : 6) +
    (destination === undefined ? 0 : 6) +
    optionsLength(destinationOptions) +
    optionsLength(dataOptions)
  const octets =
    message._tag === 'Encapsulated-NPDU'
      ? octetsCarrying(message, headerLength, newOctets)
      : newOctets(headerLength + payloadLength(message, text))
  octets[0] = BvlcFunction[message._tag]
  octets[1] =
    (originating === undefined ? 0 : ControlFlag.ORIGINATING) |
    (destination === undefined ? 0 : ControlFlag.DESTINATION) |
    (destinationOptions.length === 0 ? 0 : ControlFlag.DESTINATION_OPTIONS) |
    (dataOptions.length === 0 ? 0 : ControlFlag.DATA_OPTIONS)
  putU16(octets, 2, message.messageId)
  let at = MIN_LENGTH
  if (originating !== undefined) {
    putHex(octets, at, originating)
    at += 6
  }
  if (destination !== undefined) {
    putHex(octets, at, destination)
    at += 6
  }
  at = putOptions(octets, at, destinationOptions)
  at = putOptions(octets, at, dataOptions)
  if (message._tag !== 'Encapsulated-NPDU') putPayload(message, text, octets, at)
  return octets
}

type Unencapsulated = Exclude<ScMessage, { readonly _tag: 'Encapsulated-NPDU' }>

const textOf = (message: ScMessage): Uint8Array => {
  switch (message._tag) {
    case 'BVLC-Result':
      return message.nak === undefined ? NO_OCTETS : utf8.encode(message.nak.errorDetails.replaceAll('\0', ''))
    case 'Address-Resolution-ACK':
      return utf8.encode(message.uris.join(' '))
    default:
      return NO_OCTETS
  }
}

const payloadLength = (message: Unencapsulated, text: Uint8Array): number => {
  switch (message._tag) {
    case 'BVLC-Result':
      return message.nak === undefined ? 2 : 7 + text.length
    case 'Address-Resolution-ACK':
      return text.length
    case 'Advertisement':
      return 6
    case 'Connect-Request':
    case 'Connect-Accept':
      return 26
    case 'Proprietary-Message':
      return 3 + message.data.length
    case 'Address-Resolution':
    case 'Advertisement-Solicitation':
    case 'Disconnect-Request':
    case 'Disconnect-ACK':
    case 'Heartbeat-Request':
    case 'Heartbeat-ACK':
      return 0
  }
}

/** The payload of each function, field by field (1.6 of the protocol notes). */
const putPayload = (message: Unencapsulated, text: Uint8Array, octets: Uint8Array, at: number): void => {
  switch (message._tag) {
    case 'BVLC-Result':
      octets[at] = message.resultFor
      octets[at + 1] = message.nak === undefined ? 0 : 1
      if (message.nak === undefined) return
      octets[at + 2] = message.nak.errorHeaderMarker
      putU16(octets, at + 3, message.nak.errorClass)
      putU16(octets, at + 5, message.nak.errorCode)
      octets.set(text, at + 7)
      return
    case 'Address-Resolution-ACK':
      octets.set(text, at)
      return
    case 'Advertisement':
      octets[at] = HUB_CONNECTION[message.hubConnection]
      octets[at + 1] = message.acceptsDirectConnections ? 1 : 0
      putU16(octets, at + 2, message.maxBvlcLength)
      putU16(octets, at + 4, message.maxNpduLength)
      return
    case 'Connect-Request':
    case 'Connect-Accept':
      putHex(octets, at, message.vmac)
      putHex(octets, at + 6, message.uuid)
      putU16(octets, at + 22, message.maxBvlcLength)
      putU16(octets, at + 24, message.maxNpduLength)
      return
    case 'Proprietary-Message':
      putU16(octets, at, message.vendorId)
      octets[at + 2] = message.proprietaryFunction
      octets.set(message.data, at + 3)
      return
    case 'Address-Resolution':
    case 'Advertisement-Solicitation':
    case 'Disconnect-Request':
    case 'Disconnect-ACK':
    case 'Heartbeat-Request':
    case 'Heartbeat-ACK':
      return
  }
}
