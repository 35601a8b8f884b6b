import { firstFrom } from './first-from.js'

/** How a host stands on a network from a moment on. */
export interface Standing {
  readonly at: number
  readonly isUp: boolean
  readonly through: string | undefined
  /** Whether its host is up, so that there is somebody who knows of it. */
  readonly isRunning: boolean
}

/** How hosts stood on their networks, over a whole run. */
export interface StandingHistory {
  readonly note: (host: string, network: number, standing: Standing) => void
  /** Whether it was up all the time from one moment to another, and through what; `undefined` when not. */
  readonly steady: (
    host: string,
    network: number,
    from: number,
    to: number,
  ) => { readonly through: string | undefined } | undefined
  /** Whether its host was up all that time, and it was not, as it knew itself. */
  readonly isKnownDown: (host: string, network: number, from: number, to: number) => boolean
}

/** Nobody is up before he says so. */
export const standingHistory = (): StandingHistory => {
  const histories = new Map<string, Standing[]>()

  /** How it stood then, if it always did in the same way as far as that matters; `undefined` when not. */
  const always = (
    key: string,
    from: number,
    to: number,
    isWanted: (standing: Standing, first: Standing) => boolean,
  ): Standing | undefined => {
    const history = histories.get(key) ?? []
    let index = firstFrom(history, from, ({ at }) => at) - 1
    const first = history[index]
    if (first === undefined) return undefined
    for (; index < history.length; index++) {
      const standing = history[index] as Standing
      if (standing.at > to) break
      if (!isWanted(standing, first)) return undefined
    }
    return first
  }

  return {
    note: (host, network, standing) => {
      const key = `${host} ${network}`
      const history = histories.get(key)
      if (history === undefined) histories.set(key, [standing])
      else history.push(standing)
    },
    steady: (host, network, from, to) =>
      always(`${host} ${network}`, from, to, ({ isUp, through }, first) => isUp && through === first.through),
    isKnownDown: (host, network, from, to) =>
      always(`${host} ${network}`, from, to, ({ isUp, isRunning }) => isRunning && !isUp) !== undefined,
  }
}
