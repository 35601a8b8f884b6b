/** One measurement of a process. */
export interface Sample {
  /** The life of the process: each has a level of its own. */
  readonly life: string
  readonly minutes: number
  /** What explains memory besides time: how many connections it had. */
  readonly load: number
  readonly kib: number
}

/** How memory grows. */
export interface Slope {
  readonly kibPerMinute: number
  /** Its standard error, with regard to how much neighbouring samples have in common. */
  readonly error: number
  readonly samples: number
  readonly meanKib: number
}

/** How a slope is judged. */
export type Verdict = 'flat' | 'grows' | 'not known'

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
const product = (one: readonly number[], other: readonly number[]): number =>
  one.reduce((sum, value, index) => sum + value * (other[index] ?? 0), 0)

/** Without the mean of its life. */
const centred = (lives: readonly (readonly Sample[])[], value: (sample: Sample) => number): readonly number[] =>
  lives.flatMap(samples => {
    const level = mean(samples.map(value))
    return samples.map(sample => value(sample) - level)
  })

/** Without what follows from another variable. */
const without = (values: readonly number[], other: readonly number[]): readonly number[] => {
  const spread = product(other, other)
  const factor = spread === 0 ? 0 : product(values, other) / spread
  return values.map((value, index) => value - factor * (other[index] ?? 0))
}

/**
 * Memory over time by least squares, where each life of a process has a level of its own and the load explains what it can;
 * `undefined` where there is too little to tell.
 */
export const slope = (samples: readonly Sample[]): Slope | undefined => {
  const names = [...new Set(samples.map(({ life }) => life))]
  const lives = names.map(name => samples.filter(({ life }) => life === name)).filter(({ length }) => length > 2)
  const load = centred(lives, sample => sample.load)
  const minutes = without(
    centred(lives, sample => sample.minutes),
    load,
  )
  const kib = without(
    centred(lives, sample => sample.kib),
    load,
  )
  const spread = product(minutes, minutes)
  const freedom = kib.length - lives.length - 2
  if (spread === 0 || freedom < 3) return undefined
  const kibPerMinute = product(minutes, kib) / spread
  const rest = kib.map((value, index) => value - kibPerMinute * (minutes[index] ?? 0))
  const squares = product(rest, rest)
  const kinship = squares === 0 ? 0 : Math.min(0.9, Math.max(0, product(rest.slice(1), rest) / squares))
  const error = Math.sqrt((squares / freedom / spread) * ((1 + kinship) / (1 - kinship)))
  return { kibPerMinute, error, samples: kib.length, meanKib: mean(lives.flat().map(sample => sample.kib)) }
}

/** Flat is what grows by less than `most` KiB a minute, or by nothing that is more than chance. */
export const judged = (found: Slope | undefined, most: number): Verdict => {
  if (found === undefined) return 'not known'
  const { kibPerMinute, error } = found
  if (kibPerMinute > most && kibPerMinute > 2 * error) return 'grows'
  return 2 * error > most && kibPerMinute + 2 * error > most ? 'not known' : 'flat'
}
