/** Things that come out in the order in which they went in. */
export interface Fifo<Thing> {
  readonly push: (thing: Thing) => void
  /** The next to come out, which stays. */
  readonly first: () => Thing | undefined
  readonly shift: () => Thing | undefined
  readonly size: () => number
  /** Takes all out at once. */
  readonly drain: () => readonly Thing[]
}

/** Below so many that came out, their places are not given back. */
const FEW = 64

/** A queue whose costs do not grow with its length. */
export const fifo = <Thing>(): Fifo<Thing> => {
  let things: (Thing | undefined)[] = []
  let head = 0

  return {
    push: thing => {
      things.push(thing)
    },
    first: () => things[head],
    shift: () => {
      if (head === things.length) return undefined
      const first = things[head]
      things[head++] = undefined
      if (head === things.length) {
        things.length = 0
        head = 0
      } else if (head >= FEW && head * 2 >= things.length) {
        things = things.slice(head)
        head = 0
      }
      return first
    },
    size: () => things.length - head,
    drain: () => {
      const all = things.slice(head) as Thing[]
      things = []
      head = 0
      return all
    },
  }
}
