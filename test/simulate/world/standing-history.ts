import { firstFrom } from './first-from.js'

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
      let index = firstFrom(history, from, ({ at }) => at) - 1
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
