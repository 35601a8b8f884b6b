/** Network layer messages by their types (clause 6.2.4, section 2 of the protocol notes). 0x0a to 0x11 were withdrawn. */
export const NetworkMessageType = {
  'Who-Is-Router-To-Network': 0x00,
  'I-Am-Router-To-Network': 0x01,
  'I-Could-Be-Router-To-Network': 0x02,
  'Reject-Message-To-Network': 0x03,
  'Router-Busy-To-Network': 0x04,
  'Router-Available-To-Network': 0x05,
  'Initialize-Routing-Table': 0x06,
  'Initialize-Routing-Table-Ack': 0x07,
  'Establish-Connection-To-Network': 0x08,
  'Disconnect-Connection-To-Network': 0x09,
  'What-Is-Network-Number': 0x12,
  'Network-Number-Is': 0x13,
} as const

/** Types from this one on are proprietary: the vendor follows, in two octets. */
export const FIRST_PROPRIETARY_TYPE = 0x80

/** Why a message was not carried on (clause 6.4.4, section 2.1 of the protocol notes). */
export const RejectReason = {
  OTHER: 0,
  /** It is not directly connected to the network, and no router to it can be found. */
  NO_ROUTE: 1,
  BUSY: 2,
  UNKNOWN_MESSAGE_TYPE: 3,
  /** The message is too long for the link towards the network. */
  TOO_LONG: 4,
  /** Withdrawn. */
  SECURITY: 5,
  /** The address cannot be one of that network. */
  ADDRESSING: 6,
} as const

/** Asks who routes to a network; to any when `network` is `undefined`. */
export interface WhoIsRouterToNetwork {
  readonly _tag: 'Who-Is-Router-To-Network'
  readonly network: number | undefined
}

/** A message about networks: who says it routes to them, is too busy to, or no longer is. */
export interface NetworkList {
  readonly _tag: 'I-Am-Router-To-Network' | 'Router-Busy-To-Network' | 'Router-Available-To-Network'
  /** At least one for I-Am-Router-To-Network; for the others, none stands for all that the sender serves. */
  readonly networks: readonly number[]
}

/** A half-router could connect to a network. */
export interface ICouldBeRouterToNetwork {
  readonly _tag: 'I-Could-Be-Router-To-Network'
  readonly network: number
  /** The lower, the better. */
  readonly performanceIndex: number
}

/** A message could not be carried on. */
export interface RejectMessageToNetwork {
  readonly _tag: 'Reject-Message-To-Network'
  /** One of {@link RejectReason}, or one that is not known. */
  readonly reason: number
  /** The network that could not be reached; 0 where none is concerned. */
  readonly network: number
}

/** One row of a routing table as it is written and read over the network. */
export interface RoutingTableRow {
  readonly network: number
  /** The port of the router that it is reached through; 0 removes it. */
  readonly portId: number
  readonly portInfo: Uint8Array
}

/** Writes rows of a routing table, or asks for all of it when there are none; and the answer to either. */
export interface InitializeRoutingTable {
  readonly _tag: 'Initialize-Routing-Table' | 'Initialize-Routing-Table-Ack'
  readonly rows: readonly RoutingTableRow[]
}

/** Has a half-router connect to a network. */
export interface EstablishConnectionToNetwork {
  readonly _tag: 'Establish-Connection-To-Network'
  readonly network: number
  /** The octet as it is: it is seconds to some and minutes to others. */
  readonly terminationTime: number
}

/** Has a half-router end its connection to a network. */
export interface DisconnectConnectionToNetwork {
  readonly _tag: 'Disconnect-Connection-To-Network'
  readonly network: number
}

/** Asks for the number of the network that it is heard on. */
export interface WhatIsNetworkNumber {
  readonly _tag: 'What-Is-Network-Number'
}

/** Says the number of the network that it is heard on. */
export interface NetworkNumberIs {
  readonly _tag: 'Network-Number-Is'
  readonly network: number
  /** Whether the sender was given that number, or learned it from others. */
  readonly isConfigured: boolean
}

/** A message of a vendor. */
export interface ProprietaryNetworkMessage {
  readonly _tag: 'Proprietary'
  /** 0x80 to 0xff. */
  readonly type: number
  readonly vendorId: number
  readonly data: Uint8Array
}

/** A message of a type that is reserved, or was withdrawn. */
export interface UnknownNetworkMessage {
  readonly _tag: 'Unknown'
  readonly type: number
  readonly data: Uint8Array
}

/** Any network layer message. */
export type NetworkMessage =
  | WhoIsRouterToNetwork
  | NetworkList
  | ICouldBeRouterToNetwork
  | RejectMessageToNetwork
  | InitializeRoutingTable
  | EstablishConnectionToNetwork
  | DisconnectConnectionToNetwork
  | WhatIsNetworkNumber
  | NetworkNumberIs
  | ProprietaryNetworkMessage
  | UnknownNetworkMessage
