import { serve, type Claim, type Supply } from '../support/supplies.js'

/** What may have been told of something: by a life of a hub, of a kind, at a time that fits. */
export interface Telling {
  readonly life: string
  readonly kind: string
  readonly fits: (at: number) => boolean
}

/** What hubs told of messages that are lost, or may be: so many of a kind at a time, each of which excuses one. */
export interface Told {
  readonly tell: (life: string, kind: string, at: number, count: number) => void
  /**
   * Has one of what was told, in any of these ways, excuse what goes by that id; `false` when none is left, however those taken
   * before are shared out. What is excused already takes no other.
   */
  readonly take: (id: string, tellings: readonly Telling[]) => boolean
  /** When how many were told of a kind, and are left, in words. */
  readonly story: (kind: string) => string
  /** Forgets what was told before that. */
  readonly forget: (before: number) => void
}

interface Entry extends Supply {
  readonly life: string
  readonly kind: string
  readonly at: number
}

/** Keeps what a library told, so that no more is excused than that. */
export const told = (): Told => {
  let entries: Entry[] = []
  const taken = new Map<string, Claim>()
  return {
    tell: (life, kind, at, count) => {
      if (count > 0) entries.push({ life, kind, at, count, claims: new Set() })
    },
    take: (id, tellings) => {
      if (taken.has(id)) return true
      const isIn = ({ life, kind, at }: Entry): boolean =>
        tellings.some(telling => telling.life === life && telling.kind === kind && telling.fits(at))
      const claim: Claim = { supplies: entries.filter(isIn) }
      const isServed = serve(claim)
      if (isServed) taken.set(id, claim)
      return isServed
    },
    story: kind =>
      entries
        .filter(each => each.kind === kind)
        .map(
          ({ life, at, count, claims }) => `${life.slice(0, 8)} ${at.toFixed(1)}: ${count - claims.size} of ${count}`,
        )
        .join(', '),
    forget: before => {
      if (entries.every(({ at }) => at >= before)) return
      entries = entries.filter(({ at }) => at >= before)
      const kept = new Set<Supply>(entries)
      for (const [id, claim] of taken) {
        claim.supplies = claim.supplies.filter(supply => kept.has(supply))
        if (!claim.supplies.some(({ claims }) => claims.has(claim))) taken.delete(id)
      }
    },
  }
}
