import type { Path } from '../../src/wire/bvlc-sc-decode.js'
import { hexOf, TO_ALL } from './frames.js'

/*
 * What must come of a frame, read from its octets by the notes (1.1, 2.3 and 3.1) alone, without the code under test.
 */

/** The part of a frame that decides where it goes. */
export interface Head {
  readonly fn: number
  readonly id: string
  readonly originating: string | undefined
  readonly destination: string | undefined
  readonly restAt: number
}

const RESERVED: readonly string[] = ['000000000000', TO_ALL]
const RESPONSES: readonly number[] = [0x00, 0x03, 0x07, 0x09, 0x0b]

/** Whether a function never leaves its connection. */
export const isOfConnection = (fn: number): boolean => fn >= 0x06 && fn <= 0x0b

/** Reads the head of a frame; `undefined` when it ends before that. */
export const headOf = (frame: Uint8Array): Head | undefined => {
  if (frame.length < 4) return undefined
  const flags = frame[1] ?? 0
  let at = 4
  const vmac = (flag: number): string | undefined => {
    if ((flags & flag) === 0) return undefined
    at += 6
    return hexOf(frame.subarray(at - 6, at))
  }
  const originating = vmac(8)
  const destination = vmac(4)
  if (at > frame.length) return undefined
  return { fn: frame[0] ?? 0, id: hexOf(frame.subarray(2, 4)), originating, destination, restAt: at }
}

/** Whether a NAK, or any other answer, may be sent for a frame that came on a path (2.3 of the notes). */
export const mayBeAnswered = (frame: Uint8Array, path: Path): boolean => {
  if (frame.length < 4 || RESPONSES.includes(frame[0] ?? 0)) return false
  const head = headOf(frame)
  if (head === undefined) return ((frame[1] ?? 0) & 4) === 0
  if (head.destination === TO_ALL || (head.originating !== undefined && RESERVED.includes(head.originating)))
    return false
  return !(path === 'from-hub' && head.destination !== undefined)
}

/** To whom, and what, a hub passes on of a frame from the node `sender` (3.1 of the notes). */
export interface Passed {
  readonly to: readonly string[]
  readonly hex: string
}

/** What a hub passes on; `undefined` for nothing. It takes `longest` octets, the others as much as there is. */
export const passedOn = (
  frame: Uint8Array,
  sender: string,
  members: readonly string[],
  longest: number,
): Passed | undefined => {
  const head = headOf(frame)
  if (head?.destination === undefined || frame.length > longest || isOfConnection(head.fn)) return undefined
  if (head.originating !== undefined && head.originating !== sender) return undefined
  const others = members.filter(member => member !== sender)
  const to = head.destination === TO_ALL ? others : others.filter(member => member === head.destination)
  const flags = ((frame[1] ?? 0) & 0xf3) | 8 | (head.destination === TO_ALL ? 4 : 0)
  const addresses = sender + (head.destination === TO_ALL ? TO_ALL : '')
  const hex = hexOf(Uint8Array.of(head.fn, flags)) + head.id + addresses + hexOf(frame.subarray(head.restAt))
  return to.length === 0 ? undefined : { to, hex }
}
