/** Things that come out in the order of a number, and among equals in the order in which they went in. */
export interface Heap<Thing> {
  readonly push: (thing: Thing, at: number) => void
  /** The first, which stays. */
  readonly first: () => Thing | undefined
  /** Takes the first away. */
  readonly pop: () => Thing | undefined
  readonly size: () => number
  /** Takes all away but those. */
  readonly keep: (isKept: (thing: Thing) => boolean) => void
}

/**
 * A binary heap. The numbers lie beside each other and not in the things, of which most would have to be fetched from far
 * away for each that comes out.
 */
export const heap = <Thing>(): Heap<Thing> => {
  const things: Thing[] = []
  const times: number[] = []
  const orders: number[] = []
  let pushed = 0

  const place = (to: number, thing: Thing, at: number, order: number): void => {
    things[to] = thing
    times[to] = at
    orders[to] = order
  }

  const move = (from: number, to: number): void =>
    place(to, things[from] as Thing, times[from] as number, orders[from] as number)

  const isBefore = (index: number, at: number, order: number): boolean => {
    const time = times[index] as number
    return time < at || (time === at && (orders[index] as number) < order)
  }

  const rise = (from: number, thing: Thing, at: number, order: number): void => {
    let to = from
    while (to > 0) {
      const above = (to - 1) >> 1
      if (isBefore(above, at, order)) break
      move(above, to)
      to = above
    }
    place(to, thing, at, order)
  }

  const sink = (from: number, thing: Thing, at: number, order: number): void => {
    const half = things.length >> 1
    let to = from
    while (to < half) {
      const left = 2 * to + 1
      const right = left + 1
      const isRight = right < things.length && isBefore(right, times[left] as number, orders[left] as number)
      const below = isRight ? right : left
      if (!isBefore(below, at, order)) break
      move(below, to)
      to = below
    }
    place(to, thing, at, order)
  }

  const settle = (from: number): void =>
    sink(from, things[from] as Thing, times[from] as number, orders[from] as number)

  return {
    push: (thing, at) => rise(things.length, thing, at, pushed++),
    first: () => things[0],
    pop: () => {
      const first = things[0]
      const [last, at, order] = [things.pop(), times.pop(), orders.pop()]
      if (things.length > 0) sink(0, last as Thing, at as number, order as number)
      return first
    },
    size: () => things.length,
    keep: isKept => {
      let kept = 0
      for (let index = 0; index < things.length; index++) {
        if (isKept(things[index] as Thing)) move(index, kept++)
      }
      things.length = times.length = orders.length = kept
      for (let from = (kept >> 1) - 1; from >= 0; from--) settle(from)
    },
  }
}
