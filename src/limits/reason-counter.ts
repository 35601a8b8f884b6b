/** Counts by reason. */
export interface ReasonCounter {
  /** Counts one. Reasons must be from a fixed list, so that there are not too many of them. */
  readonly count: (reason: string) => void
  readonly read: () => Readonly<Record<string, number>>
}

/** Nothing is counted yet. */
export const reasonCounter = (): ReasonCounter => {
  const counts = new Map<string, number>()
  return {
    count: reason => {
      counts.set(reason, (counts.get(reason) ?? 0) + 1)
    },
    read: () => Object.fromEntries(counts),
  }
}
