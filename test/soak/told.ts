/** What hubs told of messages that are lost, or may be: so many of a kind at a time, each of which excuses one. */
export interface Told {
  readonly tell: (life: string, kind: string, at: number, count: number) => void
  /** Takes one that was told at a time that fits; `false` when there is none left. */
  readonly take: (life: string, kind: string, fits: (at: number) => boolean) => boolean
  /** How many were told in all, and how many of those excuse nothing. */
  readonly total: () => number
  readonly untaken: () => number
  /** When how many were told of a kind, and are left, in words. */
  readonly story: (kind: string) => string
  /** Forgets what was told before that. */
  readonly forget: (before: number) => void
}

interface Entry {
  readonly life: string
  readonly kind: string
  readonly at: number
  readonly count: number
  left: number
}

/** Keeps what a library told, so that no more is excused than that. */
export const told = (): Told => {
  let entries: readonly Entry[] = []
  let [total, taken] = [0, 0]
  return {
    tell: (life, kind, at, count) => {
      total += count
      if (count > 0) entries = [...entries, { life, kind, at, count, left: count }]
    },
    take: (life, kind, fits) => {
      const found = entries.find(each => each.life === life && each.kind === kind && each.left > 0 && fits(each.at))
      if (found === undefined) return false
      found.left--
      taken++
      return true
    },
    total: () => total,
    untaken: () => total - taken,
    story: kind =>
      entries
        .filter(each => each.kind === kind)
        .map(({ life, at, count, left }) => `${life.slice(0, 8)} ${at.toFixed(1)}: ${left} of ${count}`)
        .join(', '),
    forget: before => void (entries = entries.filter(({ at }) => at >= before)),
  }
}
