import { NODE_BVLC_LENGTH, type Nak, type ScMessage } from './bvlc-sc.js'
import { ErrorClass } from './error-code.js'

/*
 * Programs built with bacnet-stack on a little-endian machine write 16-bit numbers with the wrong octet first (section 10
 * of the protocol notes). They are recognised by numbers that nobody means, and understood as they were meant.
 */

const swapped = (number: number): number => ((number & 0xff) << 8) | (number >>> 8)

/** What a peer says that it takes: in Connect-Request, Connect-Accept and Advertisement. */
interface Lengths {
  readonly maxBvlcLength: number
  readonly maxNpduLength: number
}

/** The shortest and the longest that devices on a little-endian machine commonly say: BACnet's own 480, and a node's 1600. */
const [SHORTEST, LONGEST] = [480, NODE_BVLC_LENGTH]

/** The octets that every message needs besides its NPDU. */
const LEAST_HEADER = 4

/**
 * The lengths as they were meant. They are swapped only when they cannot be meant as they stand, as the longest NPDU does
 * not fit into the longest message, and common lengths come out: 0xDC05 twice is 1500, 0x4006 and 0xD905 are 1600 and
 * 1497. Whoever takes its own longest NPDU is never misread. A swapped pair that could be meant stays as it is: too long
 * a limit costs a message that the peer discards, too short a one would cost those that it takes.
 */
export const unswappedLengths = <Said extends Lengths>(said: Said): Said => {
  const { maxBvlcLength, maxNpduLength } = said
  if (maxNpduLength + LEAST_HEADER <= maxBvlcLength) return said
  const [bvlc, npdu] = [swapped(maxBvlcLength), swapped(maxNpduLength)]
  const common = SHORTEST <= npdu && npdu <= bvlc && bvlc <= LONGEST && bvlc < maxBvlcLength
  return common ? { ...said, maxBvlcLength: bvlc, maxNpduLength: npdu } : said
}

/** The classes of the NAKs of BACnet/SC. */
const CLASSES: readonly number[] = [ErrorClass.COMMUNICATION, ErrorClass.RESOURCES]

/**
 * A NAK as it was meant: class 0x0700 is COMMUNICATION, code 0x9700 is 151. Classes and codes from 256 on are a vendor's
 * own, and stay so unless both are a swapped small number.
 */
export const unswappedNak = (nak: Nak): Nak => {
  const [errorClass, errorCode] = [swapped(nak.errorClass), swapped(nak.errorCode)]
  return CLASSES.includes(errorClass) && errorCode <= 0xff ? { ...nak, errorClass, errorCode } : nak
}

/** A message with its numbers as they were meant; the message itself for whoever writes them right. */
export const unswapped = (message: ScMessage): ScMessage => {
  switch (message._tag) {
    case 'Connect-Request':
    case 'Connect-Accept':
    case 'Advertisement':
      return unswappedLengths(message)
    case 'BVLC-Result': {
      const nak = message.nak && unswappedNak(message.nak)
      return nak === message.nak ? message : { ...message, nak }
    }
    default:
      return message
  }
}
