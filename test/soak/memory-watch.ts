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
  /** `load` is the number of connections it has, `most` the most that this life of it has had so far. */
  readonly note: (process: string, life: string, memory: Memory, load: number, most: number) => void
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
 * How long a process warms up, from its start and again from its first storm: V8 compiles what then runs, and keeps tables
 * about that, and all that is paid once is paid. One that lives all the time has half of it for that.
 */
const WARM_UP_MS = 75_000

/** What serves so many times as many connections as ever before has its first storm. */
const STORM = 2

/**
 * A run that is shorter says nothing about growth. The resident set keeps what the worst storm of handshakes so far has
 * taken, as the C library gives back little of it: it rises in steps, and only in storms, which cannot be told from growth
 * before there were many of them.
 */
const LEAST_MS = { live: 5 * 60_000, resident: 30 * 60_000 } as const

const toMiB = (octets: number): string => (octets / (1 << 20)).toFixed(1)

interface Noted {
  readonly process: string
  /** The life, and whether it was before or after its first storm: each has a level of its own. */
  readonly stage: string
  readonly isWarm: boolean
  readonly memory: Memory
  readonly load: number
}

/** What a life has done so far. */
interface Stage {
  readonly since: number
  readonly most: number
}

/** Watches memory. */
export const memoryWatch = (): MemoryWatch => {
  const noted: Noted[] = []
  const stages = new Map<string, Stage>()
  const lives = new Map<string, Set<string>>()

  const livesOf = (process: string): number => lives.get(process)?.size ?? 0
  const warm = (process: string, from: number, to: number): readonly Noted[] => {
    const since = livesOf(process) === 1 ? (from + to) / 2 : from
    return noted.filter(each => each.process === process && each.isWarm && each.memory.at > since)
  }
  const names = (): readonly string[] => [...lives.keys()]

  return {
    note: (process, life, memory, load, most) => {
      lives.set(process, (lives.get(process) ?? new Set()).add(life))
      const before = stages.get(life)
      const stage = before === undefined || most > STORM * before.most ? { since: memory.at, most } : before
      stages.set(life, stage)
      const isWarm = memory.at > stage.since + WARM_UP_MS
      noted.push({ process, stage: `${life} ${stage.since}`, isWarm, memory, load })
    },
    latest: process => {
      const memory = noted.findLast(each => each.process === process)?.memory
      return memory === undefined ? '-' : `${toMiB(memory.live)}/${toMiB(memory.rss)}`
    },
    growth: (from, to) => {
      return names().flatMap(process =>
        (['live', 'resident'] as const).map(what => {
          const samples = warm(process, from, to).map(({ stage, memory, load }): Sample => ({
            life: stage,
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
