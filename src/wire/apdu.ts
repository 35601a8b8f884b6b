import { u8 } from './octets.js'

/** The types of APDUs, as the first four bits say them (clause 20.1, section 9 of the protocol notes). 8 to 15 are reserved. */
export const ApduType = {
  'Confirmed-Request': 0,
  'Unconfirmed-Request': 1,
  'Simple-ACK': 2,
  'Complex-ACK': 3,
  'Segment-ACK': 4,
  Error: 5,
  Reject: 6,
  Abort: 7,
} as const

/** The name of a type of APDU. */
export type ApduTypeName = keyof typeof ApduType

/** Services that need no confirmation, by their numbers: those that are known here. */
export const UnconfirmedService = { I_AM: 0, WHO_IS: 8 } as const

/** Which part of a message an APDU has, of a message in segments. */
export interface Segment {
  /** Whether it is not the last. */
  readonly moreFollow: boolean
  readonly sequenceNumber: number
  /** How many segments the sender would send before it waits for a Segment-ACK. */
  readonly proposedWindowSize: number
}

/** How many segments of an answer are taken. */
export type MaxSegments = 'unspecified' | 2 | 4 | 8 | 16 | 32 | 64 | 'more than 64'

/** How long an APDU of an answer may be, in octets. */
export type MaxApduLength = 50 | 128 | 206 | 480 | 1024 | 1476

/** Asks for something, and for an answer. */
export interface ConfirmedRequest {
  readonly _tag: 'Confirmed-Request'
  /** `undefined` when the request is in one piece. */
  readonly segment: Segment | undefined
  readonly segmentedResponseAccepted: boolean
  readonly maxSegments: MaxSegments
  readonly maxApduLength: MaxApduLength
  readonly invokeId: number
  readonly service: number
  readonly parameters: Uint8Array
}

/** Asks or says something, without an answer of its own. */
export interface UnconfirmedRequest {
  readonly _tag: 'Unconfirmed-Request'
  readonly service: number
  readonly parameters: Uint8Array
}

/** What was asked for is done, and there is nothing to say. */
export interface SimpleAck {
  readonly _tag: 'Simple-ACK'
  readonly invokeId: number
  readonly service: number
}

/** What was asked for is done, and here is the result. */
export interface ComplexAck {
  readonly _tag: 'Complex-ACK'
  /** `undefined` when the answer is in one piece. */
  readonly segment: Segment | undefined
  readonly invokeId: number
  readonly service: number
  readonly parameters: Uint8Array
}

/** Segments have come, or one is missing. */
export interface SegmentAck {
  readonly _tag: 'Segment-ACK'
  /** Whether segments came out of order. */
  readonly isNegative: boolean
  /** Whether it is of the one that was asked. */
  readonly isFromServer: boolean
  readonly invokeId: number
  readonly sequenceNumber: number
  readonly actualWindowSize: number
}

/** What was asked for is not done. */
export interface ErrorPdu {
  readonly _tag: 'Error'
  readonly invokeId: number
  readonly service: number
  /** Of most services no more than a class and a code, which `readError` reads. */
  readonly parameters: Uint8Array
}

/** The request was not understood. */
export interface RejectPdu {
  readonly _tag: 'Reject'
  readonly invokeId: number
  readonly reason: number
}

/** The exchange is over. */
export interface AbortPdu {
  readonly _tag: 'Abort'
  /** Whether it is of the one that was asked. */
  readonly isFromServer: boolean
  readonly invokeId: number
  readonly reason: number
}

/** Any APDU, with the fields that all services have in common. */
export type ApplicationPdu =
  ConfirmedRequest | UnconfirmedRequest | SimpleAck | ComplexAck | SegmentAck | ErrorPdu | RejectPdu | AbortPdu

/** The APDU of that type. */
export type PduOf<Type extends ApduTypeName> = Extract<ApplicationPdu, { readonly _tag: Type }>

/** The bits of the first octet beside the type; what is not named is reserved, and sent as 0. */
export const ApduFlag = {
  /** Of a Confirmed-Request and a Complex-ACK. */
  SEGMENTED: 0x08,
  MORE_FOLLOW: 0x04,
  SEGMENTED_RESPONSE_ACCEPTED: 0x02,
  /** Of a Segment-ACK. */
  NEGATIVE: 0x02,
  /** Of a Segment-ACK and an Abort. */
  SERVER: 0x01,
} as const

/** What the codes 0 to 7 for the most segments mean. */
export const MAX_SEGMENTS: readonly MaxSegments[] = ['unspecified', 2, 4, 8, 16, 32, 64, 'more than 64']

/** What the codes 0 to 5 for the longest APDU mean; the others are reserved. */
export const MAX_APDU_LENGTHS: readonly MaxApduLength[] = [50, 128, 206, 480, 1024, 1476]

/** Which type the first octet of an APDU says. */
export const apduTypeAt = (octets: Uint8Array, at: number): number => u8(octets, at) >>> 4
