/** What repeated measuring gave. */
export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}

/** Median, least and most of some values. */
export const spread = (values: readonly number[]): Spread => {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (index: number): number => sorted[index] ?? Number.NaN
  const middle = sorted.length / 2
  return {
    median: (at(Math.floor(middle)) + at(Math.ceil(middle) - 1)) / 2,
    min: at(0),
    max: at(sorted.length - 1),
  }
}

/** One line of the table. */
export interface Result {
  readonly load: string
  /** What the numbers of ours and the baseline are. */
  readonly unit: string
  readonly ours: Spread | undefined
  readonly baseline: Spread | undefined
  /** Ours to the baseline, each from two neighbouring windows. */
  readonly ratio: Spread | undefined
  /** Empty where there is none. */
  readonly target: string
  /** `undefined` when it could not be measured, or has no target. */
  readonly met: boolean | undefined
  readonly note: string
}

/** A line for what could not be measured. */
export const failedResult = (load: string, target: string, error: unknown): Result => ({
  load,
  unit: '',
  ours: undefined,
  baseline: undefined,
  ratio: undefined,
  target,
  met: undefined,
  note: error instanceof Error ? error.message : String(error),
})
