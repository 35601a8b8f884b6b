/** Counts what is passed over, by the codes that say why. */
export interface FaultCounter<Code extends string> {
  /** Counts one; to be handed to an operator. */
  readonly note: (fault: { readonly code: Code }) => void
  /** How many there have been of each code so far; those that never came are left out. */
  readonly counts: () => Readonly<Partial<Record<Code, number>>>
}

/**
 * A counter of bad NPDUs, of bad APDUs, or of what is for others; one of each shows them apart:
 * `const bad = faultCounter<NpduErrorCode>()`, and `decodeNpdus(bad.note)`.
 */
export const faultCounter = <Code extends string = string>(): FaultCounter<Code> => {
  const counted = new Map<Code, number>()
  return {
    note: ({ code }) => void counted.set(code, (counted.get(code) ?? 0) + 1),
    counts: () => Object.fromEntries(counted) as Partial<Record<Code, number>>,
  }
}
