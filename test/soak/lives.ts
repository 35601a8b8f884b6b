/** How a process ended. */
export type MessageFate = 'killed' | 'stopped'

/** How long what hung is busy with all that came meanwhile, such as hundreds of handshakes of nodes that tried it again. */
const CATCHING_UP_MS = 4_000

/** How many of the times that a process stood still are told in its story. */
const MAX_STALLS_TOLD = 30

/** When the processes that others depend on were there, and running. */
export interface Lives {
  readonly begin: (life: string, at: number) => void
  /** From now on it hangs. */
  readonly pause: (life: string, at: number) => void
  readonly resume: (life: string, at: number) => void
  readonly end: (life: string, at: number, fate: MessageFate) => void
  /** It did not turn between two times: it had no processor, or was busy with one thing. */
  readonly stall: (life: string, from: number, to: number) => void
  /** For how many milliseconds between two times, in either order, it was there, and neither hung nor stood still. */
  readonly running: (life: string, one: number, other: number) => number
  /** When and how it ended, if it has. */
  readonly ended: (life: string) => { readonly at: number; readonly fate: MessageFate } | undefined
  /** Whether it hung for some of the time between two others. */
  readonly hung: (life: string, from: number, to: number) => boolean
  /** All that is known of a process, in words. */
  readonly story: (life: string) => string
  /** Forgets those that had ended by then. */
  readonly forget: (before: number) => void
}

/** A time for which a process ran; it ends at infinity while it does. */
interface Run {
  readonly from: number
  to: number
}

interface Life {
  readonly runs: Run[]
  readonly stalls: Run[]
  end: { readonly at: number; readonly fate: MessageFate } | undefined
}

const within = (one: Run, other: Run): Run => ({
  from: Math.max(one.from, other.from),
  to: Math.min(one.to, other.to),
})
const lengthOf = ({ from, to }: Run): number => Math.max(0, to - from)

/** Keeps the lives of processes. */
export const lives = (): Lives => {
  const known = new Map<string, Life>()
  const pause = (life: string, at: number): void => {
    const last = known.get(life)?.runs.at(-1)
    if (last?.to === Infinity) last.to = Math.max(at, last.from)
  }
  const runsOf = (life: string): Life['runs'] => known.get(life)?.runs ?? []
  return {
    begin: (life, at) => void known.set(life, { runs: [{ from: at, to: Infinity }], stalls: [], end: undefined }),
    pause,
    resume: (life, at) => void runsOf(life).push({ from: at + CATCHING_UP_MS, to: Infinity }),
    end: (life, at, fate) => {
      pause(life, at)
      const ended = known.get(life)
      if (ended !== undefined) ended.end = { at, fate }
    },
    running: (life, one, other) => {
      const [from, to] = [Math.min(one, other), Math.max(one, other)]
      const stalls = known.get(life)?.stalls ?? []
      return runsOf(life).reduce((sum, run) => {
        const ran = within(run, { from, to })
        return sum + lengthOf(ran) - stalls.reduce((all, stall) => all + lengthOf(within(stall, ran)), 0)
      }, 0)
    },
    stall: (life, from, to) => void known.get(life)?.stalls.push({ from, to }),
    ended: life => known.get(life)?.end,
    hung: (life, from, to) => {
      const runs = runsOf(life)
      const isPause = ({ to: since }: Run, index: number): boolean =>
        since <= to && (runs[index + 1]?.from ?? Infinity) >= from && since !== known.get(life)?.end?.at
      return runs.some(isPause)
    },
    story: life => {
      const runs = runsOf(life).map(({ from, to }) => `${from.toFixed(1)} to ${to.toFixed(1)}`)
      const stalls = (known.get(life)?.stalls ?? []).slice(-MAX_STALLS_TOLD)
      const stood = stalls.map(({ from, to }) => `${from.toFixed(0)} to ${to.toFixed(0)}`).join(', ')
      return `${life.slice(0, 8)} ran ${runs.join(' and ')}${stood === '' ? '' : `, stood still ${stood}`}${known.get(life)?.end === undefined ? '' : `, ${known.get(life)?.end?.fate ?? ''}`}`
    },
    forget: before => {
      for (const [life, { end }] of known) if (end !== undefined && end.at < before) known.delete(life)
    },
  }
}
