import { DurationFromText, type Duration } from '../values/duration.js'
import { optional, withDefault, type Option, type StandardRange } from './options.js'

/** An option that is a number of seconds; the standard's range is only warned about. */
export const secondsOption = (
  fallback: string,
  help: string,
  range?: readonly [least: number, most: number],
): Option<Duration> => withDefault(DurationFromText, fallback, secondsDetails(help, range))

/** As {@link secondsOption}, without a default of its own. */
export const optionalSeconds = (help: string): Option<Duration | undefined> =>
  optional(DurationFromText, secondsDetails(help))

const secondsDetails = (
  help: string,
  range?: readonly [least: number, most: number],
): { readonly placeholder: string; readonly help: string; readonly range?: StandardRange } => ({
  placeholder: 'SECONDS',
  help,
  ...(range === undefined ? {} : { range: { least: range[0], most: range[1], unit: 'seconds' } }),
})
