import * as E from 'fp-ts/lib/Either.js'
import { decodeBvlcSc, type Path } from '../../wire/bvlc-sc-decode.js'
import { MIN_LENGTH, type ScMessage } from '../../wire/bvlc-sc.js'
import { BvlcFunction, functionRule } from '../../wire/bvlc-function.js'
import { decodeError, type DecodeError, type NakAddress } from '../../wire/decode-error.js'
import { unswapped } from '../../wire/byte-swapped.js'
import { ErrorCode } from '../../wire/error-code.js'
import { isHello } from '../../wire/hello.js'
import { markerOf, type HeaderOption, type OptionLimits } from '../../wire/header-option.js'
import { BROADCAST_VMAC } from '../../values/vmac.js'

/** What a receiver knows and takes. */
export interface Receiver {
  readonly path: Path
  /** Its own Max-BVLC-Length: anything longer is discarded silently (clause AB.7.5.3). */
  readonly maxBvlcLength: number
  /** How many header options it reads. Default {@link OPTION_LIMITS}. */
  readonly optionLimits?: OptionLimits
  /** Whether it understands a destination option; asked only when the option must be understood. */
  readonly understands: (option: HeaderOption) => boolean
}

/** Understands no destination option; the standard defines none that a node must. */
export const understandsNone = (): boolean => false

/**
 * One octet string from a socket to a message meant for us: all checks of clause AB.3.1.5 (2.4, rows 1 to 16). Numbers
 * of peers that write them with the wrong octet first are read as they were meant.
 */
export const receive = (octets: Uint8Array, receiver: Receiver): E.Either<DecodeError, ScMessage> => {
  if (octets.length > receiver.maxBvlcLength) {
    const reason = `${octets.length} octets, but no more than ${receiver.maxBvlcLength} are taken`
    return E.left(decodeError(ErrorCode.MESSAGE_TOO_LONG, reason, undefined))
  }
  const decoded = decodeBvlcSc(octets, receiver.path, receiver.optionLimits)
  if (E.isLeft(decoded)) return decoded
  const message = unswapped(decoded.right)
  const unknown = notUnderstood(message, receiver)
  if (unknown < 0) return message === decoded.right ? decoded : E.right(message)
  const marker = markerOf(message.destinationOptions, unknown)
  const reason = `header option ${marker & 0x1f} must be understood and is not`
  return E.left(decodeError(ErrorCode.HEADER_NOT_UNDERSTOOD, reason, answerTo(message), marker))
}

/**
 * The place of the first destination option that must be understood and is not; -1 for none. A Hello is a permission,
 * which nobody has to use: no peer is turned away because of one.
 */
const notUnderstood = ({ _tag, destinationOptions }: ScMessage, { understands }: Receiver): number => {
  if (destinationOptions.length === 0) return -1
  const mayGreet = _tag === 'Connect-Request' || _tag === 'Connect-Accept'
  return destinationOptions.findIndex(
    option => option.mustUnderstand && !(mayGreet && isHello(option)) && !understands(option),
  )
}

/** Where the answer to a message goes; `undefined` when it is a broadcast or itself an answer (clause AB.3.1). */
export const answerTo = (message: ScMessage): NakAddress | undefined => {
  const resultFor = BvlcFunction[message._tag]
  if (message.destination === BROADCAST_VMAC || functionRule(resultFor)?.response === true) return undefined
  return { messageId: message.messageId, resultFor, destination: message.originating }
}

/** Whether octets that failed a check were meant to be a Connect-Request. */
export const looksLikeConnectRequest = (octets: Uint8Array): boolean =>
  octets.length >= MIN_LENGTH && octets[0] === BvlcFunction['Connect-Request']
