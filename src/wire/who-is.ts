import { ApduType, UnconfirmedService, type ApplicationPdu } from './apdu.js'
import { Tag, taggedNumber, taggedNumberAt } from './tagged-value.js'

/** The highest instance of an object. No device has it: it stands for none in particular. */
export const MAX_INSTANCE = 0x3fffff

/** Device instances from `low` to `high`, both included. */
export interface InstanceRange {
  readonly low: number
  readonly high: number
}

/** Asks devices to say who they are (clause 16.10.1). */
export interface WhoIs {
  /** `undefined` asks all. */
  readonly range: InstanceRange | undefined
}

/** Reads a Who-Is; `undefined` for all that is none, one with a limit alone or with limits that nobody can meet among them. */
export const readWhoIs = (pdu: ApplicationPdu): WhoIs | undefined => {
  if (pdu._tag !== 'Unconfirmed-Request' || pdu.service !== UnconfirmedService.WHO_IS) return undefined
  const { parameters } = pdu
  if (parameters.length === 0) return { range: undefined }
  const low = taggedNumberAt(parameters, 0, Tag.CONTEXT_0)
  if (low === undefined) return undefined
  const high = taggedNumberAt(parameters, low.end, Tag.CONTEXT_1)
  if (high?.end !== parameters.length) return undefined
  const range = { low: low.value, high: high.value }
  return isRange(range) ? { range } : undefined
}

/**
 * The APDU of a Who-Is: for all, or for devices of a range. Throws a `RangeError` when `low` is more than `high`, or either
 * is no device instance from 0 to 4194303.
 */
export const encodeWhoIs = (range?: InstanceRange): Uint8Array => {
  const head = [ApduType['Unconfirmed-Request'] << 4, UnconfirmedService.WHO_IS]
  if (range === undefined) return Uint8Array.from(head)
  if (!isRange(range)) throw new RangeError(`there are no device instances from ${range.low} to ${range.high}`)
  return Uint8Array.of(...head, ...taggedNumber(Tag.CONTEXT_0, range.low), ...taggedNumber(Tag.CONTEXT_1, range.high))
}

/** Whether a Who-Is asks the device of that instance, among others perhaps. */
export const asksFor = ({ range }: WhoIs, instance: number): boolean =>
  range === undefined || (range.low <= instance && instance <= range.high)

const isRange = ({ low, high }: InstanceRange): boolean =>
  Number.isInteger(low) && Number.isInteger(high) && 0 <= low && low <= high && high <= MAX_INSTANCE
