import * as E from 'fp-ts/lib/Either.js'
import type * as t from 'io-ts'
import type { Brand } from './brand.js'
import { textCodec } from './text-codec.js'

/** A length of time in whole milliseconds. Made by {@link ms} or {@link seconds}, so that a unit is always said. */
export type Duration = Brand<number, 'Duration'>

/** The longest wait that a Node.js timer can hold, about 24.8 days. */
const LONGEST_MS = 2 ** 31 - 1

/**
 * A duration of so many milliseconds: the nearest whole one, as timers know no other, kept between 0 and the longest wait
 * that a timer can hold (about 24.8 days). Throws a `RangeError` for NaN.
 */
export const ms = (count: number): Duration => {
  if (Number.isNaN(count)) throw new RangeError('a duration is a number')
  return Math.min(Math.max(Math.round(count), 0), LONGEST_MS) as Duration
}

/** A duration of so many seconds; fractions count, down to the millisecond. */
export const seconds = (count: number): Duration => ms(count * 1000)

/** Reads a number of seconds greater than 0, with an optional fraction, as people type it: `10`, `0.5`. */
export const parseSeconds = (text: string): E.Either<string, Duration> => {
  if (!/^\d+(\.\d+)?$/.test(text.trim())) return E.left(`'${text}' is not a number of seconds`)
  const milliseconds = Math.round(Number(text) * 1000)
  if (milliseconds < 1) return E.left(`'${text}' is shorter than a millisecond`)
  return milliseconds > LONGEST_MS
    ? E.left(`'${text}' is longer than ${LONGEST_MS / 1000} seconds`)
    : E.right(ms(milliseconds))
}

/** A duration as people read it, in seconds: `0.5 s`. */
export const printDuration = (duration: Duration): string => `${duration / 1000} s`

/** What people type for a duration: seconds. */
export const DurationFromText: t.Type<Duration, string> = textCodec('duration', parseSeconds, duration =>
  String(duration / 1000),
)
