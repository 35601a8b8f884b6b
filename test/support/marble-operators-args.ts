import { ms, type Duration } from '../../src/values/duration.js'
import { durationMs } from '../../src/testing/index.js'

/** The arguments of a picture's operator, such as `connected` or `wait 10 s to 60 s`: by name, what stands behind it. */
export type Args = ReadonlyMap<string, string>

/** Reads arguments; the first digit or sign ends the name. */
export const readArgs = (args: readonly string[]): Args =>
  new Map(
    args.map(arg => {
      const [, name = '', value = ''] = /^([^-+\d]*?)\s*([-+\d].*)?$/u.exec(arg) ?? []
      return [name, value]
    }),
  )

/** The duration of that name, if it is there. */
export const durationArg = (args: Args, name: string): Duration | undefined => {
  const text = args.get(name)
  return text === undefined ? undefined : ms(durationMs(text))
}

/** Two durations, such as `10 s to 60 s`. */
export const rangeArg = (args: Args, name: string): readonly [least: Duration, most: Duration] => {
  const [least = '', most = ''] = (args.get(name) ?? '').split(' to ')
  return [ms(durationMs(least)), ms(durationMs(most))]
}

/** Percentages, such as `0% 75%`, as parts of one. */
export const percentArg = (args: Args, name: string): readonly number[] =>
  (args.get(name) ?? '')
    .split(' ')
    .filter(text => text !== '')
    .map(text => Number(text.replace('%', '')) / 100)
