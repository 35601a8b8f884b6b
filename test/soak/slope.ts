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
  /** The true slope is no further from it, but for one chance in a hundred on either side. */
  readonly margin: number
  readonly samples: number
  readonly meanKib: number
}

/** How a slope is judged. */
export type Verdict = 'flat' | 'grows' | 'not known'

/** A life with fewer samples says little of its slope, and nothing of how much neighbouring samples have in common. */
const LEAST_SAMPLES = 6

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

/** Student's t that is exceeded once in a hundred, from that of the normal distribution. */
const studentT = (freedom: number): number => 2.326 + 3.73 / freedom + 5.72 / freedom ** 2

/**
 * Memory over time by least squares: one slope for all lives of a process, each of which has a level of its own, and the
 * load explains what it can. Samples that have much in common with their neighbours count as fewer. `undefined` where there
 * is too little to tell.
 */
export const slope = (samples: readonly Sample[]): Slope | undefined => {
  const names = [...new Set(samples.map(({ life }) => life))]
  const lives = names
    .map(name => samples.filter(({ life }) => life === name))
    .filter(({ length }) => length >= LEAST_SAMPLES)
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
  if (spread === 0) return undefined
  const kibPerMinute = product(minutes, kib) / spread
  const rest = kib.map((value, index) => value - kibPerMinute * (minutes[index] ?? 0))
  const squares = product(rest, rest)
  const kinship = squares === 0 ? 0 : Math.min(0.9, Math.max(0, product(rest.slice(1), rest) / squares))
  const worth = (1 - kinship) / (1 + kinship)
  const freedom = (kib.length - lives.length - 2) * worth
  if (freedom < 1) return undefined
  const error = Math.sqrt(squares / freedom / spread)
  return {
    kibPerMinute,
    margin: studentT(freedom) * error,
    samples: kib.length,
    meanKib: mean(lives.flat().map(sample => sample.kib)),
  }
}

/** What certainly grows by more than `most` KiB a minute grows; what certainly does not is flat. */
export const judged = (found: Slope | undefined, most: number): Verdict => {
  if (found === undefined) return 'not known'
  const { kibPerMinute, margin } = found
  if (kibPerMinute - margin > most) return 'grows'
  return kibPerMinute + margin < most ? 'flat' : 'not known'
}
