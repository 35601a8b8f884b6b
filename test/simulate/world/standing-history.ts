/** How hosts stood on their networks, over a whole run. */
export interface StandingHistory {
  readonly note: (host: string, network: number, at: number, isUp: boolean, through: string | undefined) => void
  /** Whether it was up all the time from one moment to another, and through what; `undefined` when not. */
  readonly steady: (
    host: string,
    network: number,
    from: number,
    to: number,
  ) => { readonly through: string | undefined } | undefined
}

interface Standing {
  readonly at: number
  readonly isUp: boolean
  readonly through: string | undefined
}

/** Nobody is up before he says so. */
export const standingHistory = (): StandingHistory => {
  const histories = new Map<string, Standing[]>()
  return {
    note: (host, network, at, isUp, through) => {
      const key = `${host} ${network}`
      const history = histories.get(key) ?? []
      histories.set(key, history)
      history.push({ at, isUp, through })
    },
    steady: (host, network, from, to) => {
      const history = histories.get(`${host} ${network}`) ?? []
      let index = lastBefore(history, from)
      const first = history[index]
      if (first === undefined) return undefined
      for (; index < history.length; index++) {
        const standing = history[index] as Standing
        if (standing.at > to) break
        if (!standing.isUp || standing.through !== first.through) return undefined
      }
      return { through: first.through }
    },
  }
}

/** The last one that began before a moment; -1 when there is none. */
const lastBefore = (history: readonly Standing[], at: number): number => {
  let [low, high] = [0, history.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((history[middle] as Standing).at < at) low = middle + 1
    else high = middle
  }
  return low - 1
}
