import { socketsOf, type Memory } from './memory.js'
import { judged, slope, type Sample, type Slope, type Verdict } from './slope.js'

/** What grew, and how that is judged. */
export interface Growth {
  readonly process: string
  readonly what: 'live' | 'resident'
  readonly slope: Slope | undefined
  readonly verdict: Verdict
}

/** The memory of processes over time. */
export interface MemoryWatch {
  /** `load` is the number of connections it had. */
  readonly note: (process: string, life: string, memory: Memory, load: number) => void
  /** The latest of a process, in words. */
  readonly latest: (process: string) => string
  /** How the memory of all has grown since they were warm. */
  readonly growth: (from: number, to: number) => readonly Growth[]
  /** What each had open since then, least and most. */
  readonly open: (from: number, to: number) => readonly string[]
}

/** What grows by less in a minute is flat, in KiB: live objects and buffers, and the resident set, which is coarser. */
export const MOST_KIB_PER_MINUTE = { live: 64, resident: 512 } as const

/**
 * How long a process warms up that is started anew now and then: code is compiled, and what comes first pays for what is
 * paid once. One that lives all the time has half of it for that.
 */
const WARM_UP_MS = 75_000

/**
 * A run that is shorter says nothing about growth. The resident set keeps what the worst storm of handshakes so far has
 * taken, as the C library gives back little of it: it rises in steps, and only in storms, which cannot be told from growth
 * before there were many of them.
 */
const LEAST_MS = { live: 5 * 60_000, resident: 30 * 60_000 } as const

const toMiB = (octets: number): string => (octets / (1 << 20)).toFixed(1)

interface Noted {
  readonly process: string
  readonly life: string
  readonly memory: Memory
  readonly load: number
}

/** Watches memory. */
export const memoryWatch = (): MemoryWatch => {
  const noted: Noted[] = []
  const begins = new Map<string, number>()

  const livesOf = (process: string): number =>
    new Set(noted.filter(each => each.process === process).map(({ life }) => life)).size
  const warm = (process: string, from: number, to: number): readonly Noted[] => {
    const isWarm: (each: Noted) => boolean =
      livesOf(process) === 1
        ? ({ memory }) => memory.at > (from + to) / 2
        : ({ life, memory }) => memory.at > (begins.get(life) ?? 0) + WARM_UP_MS
    return noted.filter(each => each.process === process && isWarm(each))
  }
  const names = (): readonly string[] => [...new Set(noted.map(({ process }) => process))]

  return {
    note: (process, life, memory, load) => {
      if (!begins.has(life)) begins.set(life, memory.at)
      noted.push({ process, life, memory, load })
    },
    latest: process => {
      const memory = noted.findLast(each => each.process === process)?.memory
      return memory === undefined ? '-' : `${toMiB(memory.live)}/${toMiB(memory.rss)}`
    },
    growth: (from, to) => {
      return names().flatMap(process =>
        (['live', 'resident'] as const).map(what => {
          const samples = warm(process, from, to).map(({ life, memory, load }): Sample => ({
            life,
            minutes: (memory.at - from) / 60_000,
            load,
            kib: (what === 'live' ? memory.live : memory.rss) / 1024,
          }))
          const found = slope(samples)
          // What is started anew now and then has its resident set from the last storm, more or less.
          const isJudged = to - from >= LEAST_MS[what] && (what === 'live' || livesOf(process) === 1)
          const verdict = isJudged ? judged(found, MOST_KIB_PER_MINUTE[what]) : 'not known'
          return { process, what, slope: found, verdict }
        }),
      )
    },
    open: (from, to) => {
      return names().map(process => {
        const here = warm(process, from, to).map(({ memory }) => memory)
        const timers = here.map(({ open }) => open['Timeout'] ?? 0)
        const sockets = here.map(({ open }) => socketsOf(open))
        return `${process}: ${range(sockets)} sockets, ${range(timers)} timers`
      })
    },
  }
}

const range = (values: readonly number[]): string =>
  values.length === 0 ? 'no' : `${Math.min(...values)} to ${Math.max(...values)}`
