/** Counts by reason. */
export type Counts = Record<string, number>

/** One more, or several. */
export const count = (counts: Counts, reason: string, by = 1): void => {
  counts[reason] = (counts[reason] ?? 0) + by
}

/** All of them together. */
export const totalOf = (counts: Readonly<Counts>): number => Object.values(counts).reduce((sum, each) => sum + each, 0)

/** Something that must never be, in one line. */
export interface Violation {
  readonly kind: string
  readonly text: string
}

/** How long deliveries took: so many up to each bound, in milliseconds. */
export interface Delays {
  readonly note: (ms: number) => void
  /** The bound within which that part of them lies. */
  readonly within: (part: number) => number
  readonly longest: () => number
}

const PER_OCTAVE = 4
const BUCKETS = 20 * PER_OCTAVE

/** Counts delays from below a millisecond to minutes, in steps of a fifth. */
export const delays = (): Delays => {
  const buckets = new Array<number>(BUCKETS).fill(0)
  let [all, longest] = [0, 0]
  return {
    note: ms => {
      const bucket = Math.min(Math.max(0, Math.ceil(Math.log2(ms) * PER_OCTAVE)), BUCKETS - 1)
      buckets[bucket] = (buckets[bucket] ?? 0) + 1
      all++
      longest = Math.max(longest, ms)
    },
    within: part => {
      let below = 0
      const bucket = buckets.findIndex(here => (below += here) >= all * part)
      return Math.min(2 ** (bucket / PER_OCTAVE), longest)
    },
    longest: () => longest,
  }
}

/** What became of all NPDUs so far. A broadcast counts once for each station that it had to reach. */
export interface Tally {
  sent: number
  broadcasts: number
  /** NPDUs whose time to arrive is over; what follows is of these. */
  judged: number
  /** One for each receiver that had to get it. */
  due: number
  delivered: number
  /** NPDUs that are excused, whole or in part. */
  incomplete: number
  /** To stations that came just then: heard a broadcast that they need not have heard. */
  extra: number
  /** After they were judged. */
  late: number
  readonly dropped: Counts
  readonly excused: Counts
  readonly odd: Counts
  unconfirmed: number
  readonly delays: Delays
  readonly violations: Violation[]
  readonly violated: Counts
}

/** Nothing yet. */
export const tally = (): Tally => ({
  sent: 0,
  broadcasts: 0,
  judged: 0,
  due: 0,
  delivered: 0,
  incomplete: 0,
  extra: 0,
  late: 0,
  dropped: {},
  excused: {},
  odd: {},
  unconfirmed: 0,
  delays: delays(),
  violations: [],
  violated: {},
})
