import * as E from 'fp-ts/lib/Either.js'
import {
  ApduFlag,
  ApduType,
  apduTypeAt,
  MAX_APDU_LENGTHS,
  MAX_SEGMENTS,
  type ApplicationPdu,
  type MaxSegments,
  type Segment,
} from './apdu.js'
import { u8 } from './octets.js'

/** What can be wrong with an APDU. */
export type ApduErrorCode = 'TRUNCATED' | 'UNKNOWN_TYPE'

/** Why an APDU was not understood. */
export interface ApduError {
  readonly _tag: 'ApduError'
  readonly code: ApduErrorCode
  /** One sentence for people. */
  readonly reason: string
}

type Decoded = E.Either<ApduError, ApplicationPdu>

/**
 * Decodes an APDU (section 9 of the protocol notes). Its parameters are a view of `apdu`, and may be none. Never throws and
 * never reads past the end. Reserved bits do not matter, nor do octets behind one that has no parameters. A code for the
 * longest APDU that is reserved is taken for 50 octets, which every device takes.
 */
export const decodeApdu = (apdu: Uint8Array): Decoded => {
  if (apdu.length === 0) return apduError('TRUNCATED', 'there is no octet')
  const flags = u8(apdu, 0)
  switch (apduTypeAt(apdu, 0)) {
    case ApduType['Confirmed-Request']:
      return confirmedRequest(apdu, flags)
    case ApduType['Unconfirmed-Request']:
      if (apdu.length < 2) return needs(2)
      return E.right({ _tag: 'Unconfirmed-Request', service: u8(apdu, 1), parameters: apdu.subarray(2) })
    case ApduType['Simple-ACK']:
      if (apdu.length < 3) return needs(3)
      return E.right({ _tag: 'Simple-ACK', invokeId: u8(apdu, 1), service: u8(apdu, 2) })
    case ApduType['Complex-ACK']:
      return complexAck(apdu, flags)
    case ApduType['Segment-ACK']:
      if (apdu.length < 4) return needs(4)
      return E.right({
        _tag: 'Segment-ACK',
        isNegative: (flags & ApduFlag.NEGATIVE) !== 0,
        isFromServer: (flags & ApduFlag.SERVER) !== 0,
        invokeId: u8(apdu, 1),
        sequenceNumber: u8(apdu, 2),
        actualWindowSize: u8(apdu, 3),
      })
    case ApduType.Error:
      if (apdu.length < 3) return needs(3)
      return E.right({ _tag: 'Error', invokeId: u8(apdu, 1), service: u8(apdu, 2), parameters: apdu.subarray(3) })
    case ApduType.Reject:
      if (apdu.length < 3) return needs(3)
      return E.right({ _tag: 'Reject', invokeId: u8(apdu, 1), reason: u8(apdu, 2) })
    case ApduType.Abort:
      if (apdu.length < 3) return needs(3)
      return E.right({
        _tag: 'Abort',
        isFromServer: (flags & ApduFlag.SERVER) !== 0,
        invokeId: u8(apdu, 1),
        reason: u8(apdu, 2),
      })
    default:
      return apduError('UNKNOWN_TYPE', `there is no type ${apduTypeAt(apdu, 0)}`)
  }
}

const apduError = (code: ApduErrorCode, reason: string): Decoded => E.left({ _tag: 'ApduError', code, reason })

const needs = (octets: number): Decoded => apduError('TRUNCATED', `needs ${octets} octets`)

const SEGMENT_LENGTH = 2

const segmentLength = (flags: number): number => ((flags & ApduFlag.SEGMENTED) === 0 ? 0 : SEGMENT_LENGTH)

/** Sequence number and window size at `at`, of a message in segments. */
const segmentAt = (apdu: Uint8Array, at: number, flags: number): Segment | undefined =>
  (flags & ApduFlag.SEGMENTED) === 0
    ? undefined
    : {
        moreFollow: (flags & ApduFlag.MORE_FOLLOW) !== 0,
        sequenceNumber: u8(apdu, at),
        proposedWindowSize: u8(apdu, at + 1),
      }

const confirmedRequest = (apdu: Uint8Array, flags: number): Decoded => {
  const serviceAt = 3 + segmentLength(flags)
  if (apdu.length <= serviceAt) return needs(serviceAt + 1)
  const most = u8(apdu, 1)
  return E.right({
    _tag: 'Confirmed-Request',
    segment: segmentAt(apdu, 3, flags),
    segmentedResponseAccepted: (flags & ApduFlag.SEGMENTED_RESPONSE_ACCEPTED) !== 0,
    maxSegments: MAX_SEGMENTS[(most >>> 4) & 0x07] as MaxSegments,
    maxApduLength: MAX_APDU_LENGTHS[most & 0x0f] ?? 50,
    invokeId: u8(apdu, 2),
    service: u8(apdu, serviceAt),
    parameters: apdu.subarray(serviceAt + 1),
  })
}

const complexAck = (apdu: Uint8Array, flags: number): Decoded => {
  const serviceAt = 2 + segmentLength(flags)
  if (apdu.length <= serviceAt) return needs(serviceAt + 1)
  return E.right({
    _tag: 'Complex-ACK',
    segment: segmentAt(apdu, 2, flags),
    invokeId: u8(apdu, 1),
    service: u8(apdu, serviceAt),
    parameters: apdu.subarray(serviceAt + 1),
  })
}
