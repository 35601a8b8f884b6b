/** Things of which the least comes out first. */
export interface Heap<Thing> {
  readonly push: (thing: Thing) => void
  /** The least, which stays. */
  readonly first: () => Thing | undefined
  /** Takes the least away. */
  readonly pop: () => Thing | undefined
  readonly size: () => number
  /** Takes all away but those. */
  readonly keep: (isKept: (thing: Thing) => boolean) => void
}

/** A binary heap. */
export const heap = <Thing>(compare: (one: Thing, other: Thing) => number): Heap<Thing> => {
  let things: Thing[] = []

  const rise = (from: number): void => {
    const thing = things[from] as Thing
    let at = from
    while (at > 0) {
      const above = (at - 1) >> 1
      const parent = things[above] as Thing
      if (compare(thing, parent) >= 0) break
      things[at] = parent
      at = above
    }
    things[at] = thing
  }

  const sink = (from: number): void => {
    const thing = things[from] as Thing
    const half = things.length >> 1
    let at = from
    while (at < half) {
      const left = 2 * at + 1
      const right = left + 1
      const below = right < things.length && compare(things[right] as Thing, things[left] as Thing) < 0 ? right : left
      const child = things[below] as Thing
      if (compare(thing, child) <= 0) break
      things[at] = child
      at = below
    }
    things[at] = thing
  }

  return {
    push: thing => {
      things.push(thing)
      rise(things.length - 1)
    },
    first: () => things[0],
    pop: () => {
      const first = things[0]
      const last = things.pop()
      if (things.length > 0) {
        things[0] = last as Thing
        sink(0)
      }
      return first
    },
    size: () => things.length,
    keep: isKept => {
      things = things.filter(isKept)
      for (let at = (things.length >> 1) - 1; at >= 0; at--) sink(at)
    },
  }
}
