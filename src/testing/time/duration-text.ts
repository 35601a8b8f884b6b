import { ms, type Duration } from '../../values/duration.js'

const UNITS_MS = { h: 3_600_000, min: 60_000, m: 60_000, s: 1000, ms: 1 } as const

/**
 * Reads a duration as people write it, in tests and in `.marble` files: `300 s`, `0.5s`, `10m` or `10 min`, `2 h`, `5ms`.
 * What comes of it is in milliseconds.
 *
 * @throws Error for text that is not a duration, or not of whole milliseconds.
 */
export const durationMs = (text: string): number => {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\s*(ms|s|m|min|h)$/u.exec(text.trim()) ?? []
  if (amount === undefined) throw new Error(`"${text}" is not a duration, such as 10ms, 0.5 s, 5 m or 2 h.`)
  const exactMs = Number(amount) * UNITS_MS[unit as keyof typeof UNITS_MS]
  const wholeMs = Math.round(exactMs)
  // 1.001 s is 1000.9999999999999 ms in binary: a whole number to whoever wrote it.
  if (Math.abs(exactMs - wholeMs) > 1e-6) throw new Error(`"${text}" is not a whole number of milliseconds.`)
  return wholeMs
}

/**
 * Reads a time or duration that a test says: text as {@link durationMs} reads it, or a `Duration`.
 *
 * @throws Error for what no `Duration` can be: NaN, less than 0, parts of a millisecond, more than about 24.8 days.
 */
export const durationOf = (said: string | Duration): Duration => {
  const count = typeof said === 'string' ? durationMs(said) : said
  // What `ms` would have to change is another time than the one that was said.
  if (Number.isNaN(count) || ms(count) !== count)
    throw new Error(`${said} is not a duration: whole milliseconds from 0 to ${ms(Infinity)}, which is about 24.8 days`)
  return ms(count)
}

/** Writes a duration so that it can be read again, in the greatest unit that fits: `2min`, `90s`, `1.5s`, `5ms`. */
export const durationText = (duration: Duration): string => {
  const whole = Object.entries(UNITS_MS).find(([name, inMs]) => name !== 'm' && duration % inMs === 0)
  const [unit, length] = whole === undefined || (whole[0] === 'ms' && duration > UNITS_MS.s) ? ['s', UNITS_MS.s] : whole
  return duration === 0 ? '0s' : `${duration / length}${unit}`
}
