import type { StationId } from './note.js'

/** What was told of messages that are lost, or may be: so many of a party at a time, each of which excuses one. */
export interface Told {
  /** `party` is their sender or receiver; `undefined` when that was not told, as there were very many. */
  readonly tell: (life: string, party: StationId | undefined, at: number, count: number) => void
  /** Takes one that was told at a time that fits; `false` when there is none left. */
  readonly take: (life: string, party: StationId | undefined, fits: (at: number) => boolean) => boolean
  /** How many were told in all, and how many of those no message was missed for. */
  readonly total: () => number
  readonly untaken: () => number
  /** When how many are left of a party, in words. */
  readonly story: (party: StationId) => string
  /** Forgets what was told before that. */
  readonly forget: (before: number) => void
}

interface Entry {
  readonly life: string
  readonly party: StationId | undefined
  readonly at: number
  left: number
}

/** Keeps what a library told, so that no more is excused than that. */
export const told = (): Told => {
  let entries: readonly Entry[] = []
  let [total, taken] = [0, 0]
  return {
    tell: (life, party, at, count) => {
      total += count
      if (count > 0) entries = [...entries, { life, party, at, left: count }]
    },
    take: (life, party, fits) => {
      const found = entries.find(each => each.life === life && each.party === party && each.left > 0 && fits(each.at))
      if (found === undefined) return false
      found.left--
      taken++
      return true
    },
    total: () => total,
    untaken: () => total - taken,
    story: party =>
      entries
        .filter(each => each.party === party)
        .map(({ life, at, left }) => `${life.slice(0, 8)} ${at.toFixed(1)}: ${left} left`)
        .join(', '),
    forget: before => void (entries = entries.filter(({ at }) => at >= before)),
  }
}
