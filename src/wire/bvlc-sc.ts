import type { DeviceUuid } from '../values/device-uuid.js'
import type { Vmac } from '../values/vmac.js'
import type { HeaderOption } from './header-option.js'
import type { CarriedNpdu } from './headroom.js'

/**
 * The header that all BVLC-SC messages share (clause AB.2.1).
 * No originating VMAC means "from the connection peer", no destination VMAC "for the connection peer"; never a broadcast.
 */
export interface Header {
  /** 0 to 65535; a response copies it from the message that caused it. */
  readonly messageId: number
  readonly originating: Vmac | undefined
  readonly destination: Vmac | undefined
  readonly destinationOptions: readonly HeaderOption[]
}

/** Who a peer is and what it can take: the payload of Connect-Request and Connect-Accept. */
export interface PeerIdentity {
  readonly vmac: Vmac
  readonly uuid: DeviceUuid
  /** The longest BVLC message it receives, in octets. */
  readonly maxBvlcLength: number
  /** The longest NPDU it handles, in octets. */
  readonly maxNpduLength: number
}

/** Hub connection status in an Advertisement; also the states of the hub connector as seen from outside. */
export type HubConnectionStatus = 'none' | 'primary' | 'failover'

/** Why a message was refused: the body of a NAK. */
export interface Nak {
  /** The marker octet of the header option at fault, else 0. */
  readonly errorHeaderMarker: number
  readonly errorClass: number
  readonly errorCode: number
  /** Text for people. Octets that are not UTF-8 are read as U+FFFD. */
  readonly errorDetails: string
}

/** 0x00: the outcome of another message, ACK (`nak` undefined) or NAK. */
export interface BvlcResult extends Header {
  readonly _tag: 'BVLC-Result'
  /** The raw function octet of the message answered; unknown values appear too. */
  readonly resultFor: number
  readonly nak: Nak | undefined
}

/** 0x01: an NPDU in flight. */
export interface EncapsulatedNpdu extends Header, CarriedNpdu {
  readonly _tag: 'Encapsulated-NPDU'
  readonly dataOptions: readonly HeaderOption[]
}

/** 0x02: asks a node for the URIs at which it accepts direct connections. */
export interface AddressResolution extends Header {
  readonly _tag: 'Address-Resolution'
}

/** 0x03: those URIs; none when they are not known. */
export interface AddressResolutionAck extends Header {
  readonly _tag: 'Address-Resolution-ACK'
  readonly uris: readonly string[]
}

/** 0x04: what a node says about itself. */
export interface Advertisement extends Header {
  readonly _tag: 'Advertisement'
  readonly hubConnection: HubConnectionStatus
  readonly acceptsDirectConnections: boolean
  readonly maxBvlcLength: number
  readonly maxNpduLength: number
}

/** 0x05: asks a node for its Advertisement. */
export interface AdvertisementSolicitation extends Header {
  readonly _tag: 'Advertisement-Solicitation'
}

/** 0x06: the initiating peer introduces itself. */
export interface ConnectRequest extends Header, PeerIdentity {
  readonly _tag: 'Connect-Request'
}

/** 0x07: the accepting peer introduces itself. */
export interface ConnectAccept extends Header, PeerIdentity {
  readonly _tag: 'Connect-Accept'
}

/** 0x08: asks for an orderly end of the connection. */
export interface DisconnectRequest extends Header {
  readonly _tag: 'Disconnect-Request'
}

/** 0x09: agrees to it. */
export interface DisconnectAck extends Header {
  readonly _tag: 'Disconnect-ACK'
}

/** 0x0A: asks whether the peer is still there. */
export interface HeartbeatRequest extends Header {
  readonly _tag: 'Heartbeat-Request'
}

/** 0x0B: it is. */
export interface HeartbeatAck extends Header {
  readonly _tag: 'Heartbeat-ACK'
}

/** 0x0C: a vendor's own message. */
export interface ProprietaryMessage extends Header {
  readonly _tag: 'Proprietary-Message'
  readonly vendorId: number
  readonly proprietaryFunction: number
  readonly data: Uint8Array
}

/** One BVLC-SC message, decoded. Tags are the standard's own names. */
export type ScMessage =
  | BvlcResult
  | EncapsulatedNpdu
  | AddressResolution
  | AddressResolutionAck
  | Advertisement
  | AdvertisementSolicitation
  | ConnectRequest
  | ConnectAccept
  | DisconnectRequest
  | DisconnectAck
  | HeartbeatRequest
  | HeartbeatAck
  | ProprietaryMessage

/** Control flags (clause AB.2.1.2): bits 7 to 4 are reserved and must be 0. */
export const ControlFlag = {
  RESERVED: 0xf0,
  ORIGINATING: 0x08,
  DESTINATION: 0x04,
  DESTINATION_OPTIONS: 0x02,
  DATA_OPTIONS: 0x01,
} as const

/** The octets that every message has: function, control flags and message id. */
export const MIN_LENGTH = 4

/** The largest value of Max-BVLC-Length, and so the longest message there is. */
export const MAX_BVLC_LENGTH = 65535

/** The longest NPDU on a BACnet/SC network (table 6-1). */
export const MAX_NPDU_LENGTH = 61327

/** The longest NPDU that is commonly taken; every hub must relay it. */
export const COMMON_NPDU_LENGTH = 1497

/** Max-BVLC-Length of a node unless told otherwise. */
export const NODE_BVLC_LENGTH = 1600

/** What every hub must be able to relay: 4 + 12 octets of header, 4192 of options and an NPDU of 1497 (clause AB.5.1). */
export const HUB_BVLC_LENGTH = 5705
