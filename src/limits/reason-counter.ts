/** Counts by reason. */
export interface ReasonCounter {
  /** Counts one. Reasons must be from a fixed list, so that there are not too many of them. */
  readonly count: (reason: string) => void
  readonly read: () => Readonly<Record<string, number>>
}

/** Nothing is counted yet. */
export const reasonCounter = (): ReasonCounter => {
  const counts = new Map<string, { times: number }>()
  return {
    count: reason => {
      const known = counts.get(reason)
      if (known === undefined) counts.set(reason, { times: 1 })
      else known.times++
    },
    read: () => Object.fromEntries(Array.from(counts, ([reason, { times }]) => [reason, times])),
  }
}
