import type { BvlcResult } from './bvlc-sc.js'
import { NO_OPTIONS } from './header-option.js'
import { ErrorClass } from './error-code.js'
import type { Vmac } from '../values/vmac.js'

/** Why a received message was discarded, and whether its sender is told. */
export interface DecodeError {
  readonly _tag: 'DecodeError'
  /** One sentence for people. */
  readonly reason: string
  readonly errorClass: number
  readonly errorCode: number
  /** The marker octet of the header option at fault, else 0. */
  readonly errorHeaderMarker: number
  /** The NAK that is due, ready to be encoded; `undefined` where the message must be discarded silently. */
  readonly nak: BvlcResult | undefined
}

/** To whom a NAK for one message would go (clause AB.3.1.2). */
export interface NakAddress {
  readonly messageId: number
  readonly resultFor: number
  readonly destination: Vmac | undefined
}

/** An error of class COMMUNICATION that is answered when `to` says where; `undefined` for silence. */
export const decodeError = (
  errorCode: number,
  reason: string,
  to: NakAddress | undefined,
  errorHeaderMarker = 0,
  errorClass: number = ErrorClass.COMMUNICATION,
): DecodeError => ({
  _tag: 'DecodeError',
  reason,
  errorClass,
  errorCode,
  errorHeaderMarker,
  nak: to && nakTo(to, { errorHeaderMarker, errorClass, errorCode, errorDetails: reason }),
})

/** A NAK as a message. */
export const nakTo = (to: NakAddress, nak: NonNullable<BvlcResult['nak']>): BvlcResult => ({
  _tag: 'BVLC-Result',
  messageId: to.messageId,
  originating: undefined,
  destination: to.destination,
  destinationOptions: NO_OPTIONS,
  resultFor: to.resultFor,
  nak,
})
