import { pathOf, type CapturedFrame } from './captures.js'
import { isFunction, isResponse, messageIdOf } from './replay.js'

/** Something that we send otherwise than the recorded program did. */
export interface Difference {
  readonly what: string
  /** The frames it is about. */
  readonly about: (frame: CapturedFrame) => boolean
  /** What we send instead; `messageId` is the next of our own. */
  readonly ours: (octets: Uint8Array, messageId: number) => Uint8Array
}

const ORIGINATING = 0x08

const carriesOriginating = (frame: CapturedFrame): boolean =>
  pathOf(frame) === 'to-hub' && ((frame.octets[1] ?? 0) & ORIGINATING) !== 0

/** bac-py (field quirks, bac-py 1): its nodes tell the hub who they are. We do not: hubs such as bacnet-stack's refuse that. */
export const ORIGINATING_LEFT_OUT: Difference = {
  what: 'bac-py puts its own VMAC on everything it sends to a hub; we do not',
  about: carriesOriginating,
  ours: octets =>
    Uint8Array.of(octets[0] ?? 0, (octets[1] ?? 0) & ~ORIGINATING, ...octets.subarray(2, 4), ...octets.subarray(10)),
}

/** bac-py (field quirks, bac-py 2). */
export const NPDUS_NUMBERED: Difference = {
  what: 'bac-py gives every NPDU the message id 0; we count on',
  about: frame => carriesOriginating(frame) && messageIdOf(frame.octets) === 0,
  ours: (octets, messageId) => {
    const numbered = octets.slice()
    new DataView(numbered.buffer).setUint16(2, messageId)
    return numbered
  },
}

/** Clause AB.3.3: a node that accepts no direct connections answers 7/45. The recorded one accepts them. */
export const DIRECT_CONNECTIONS_REFUSED: Difference = {
  what: 'bacnet-stack says at which URI it accepts direct connections; we accept none, and say that',
  about: frame => isFunction(frame, 'Address-Resolution-ACK'),
  ours: octets => Uint8Array.of(0x00, 0x04, ...octets.subarray(2, 10), 0x02, 0x01, 0x00, 0x00, 0x07, 0x00, 0x2d),
}

/** A recorded frame, and what we are to send in its place. */
export interface DueFrame {
  readonly recorded: CapturedFrame
  readonly octets: Uint8Array
  readonly differences: readonly Difference[]
}

/** What we are to send in the place of a recorded program: the same, but for the differences. */
export const dueFrames = (
  recorded: readonly CapturedFrame[],
  differences: readonly Difference[],
): readonly DueFrame[] => {
  let next = recorded[0] === undefined ? 0 : messageIdOf(recorded[0].octets)
  return recorded.map(frame => {
    const here = differences.filter(({ about }) => about(frame))
    const octets = here.reduce((changed, { ours }) => ours(changed, next), frame.octets)
    if (!isResponse(octets)) next = messageIdOf(octets) + 1
    return { recorded: frame, octets, differences: here }
  })
}

/**
 * Message ids for a machine that sends what is due: each is that of the next due frame which its sender numbers. The
 * recorded programs count in other orders than we do (field quirks, bacnet-stack 7), and skip ids that they used
 * elsewhere; the answers in the recording fit only theirs.
 */
export const recordedIds = (due: readonly DueFrame[]) => {
  const ids = due.filter(({ octets }) => !isResponse(octets)).map(({ octets }) => messageIdOf(octets))
  let used = 0
  return {
    next: (): number => ids[used] ?? 0,
    /** A frame went out, with its id. */
    sent: (octets: Uint8Array): void => {
      if (!isResponse(octets)) used++
    },
  }
}

/** Error details are for people: a NAK counts without them. */
export const withoutDetails = (octets: Uint8Array): Uint8Array =>
  octets[0] === 0x00 && octets[1] === 0x04 && octets[11] === 0x01 ? octets.subarray(0, 17) : octets
