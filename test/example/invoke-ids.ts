/** The invoke ids of one device: all that asks it something over one link takes them from here. */
export interface InvokeIds {
  /** The next that no request waits with; `undefined` when all 256 are taken. */
  readonly take: () => number | undefined
  /** The exchange is over: answered, or given up. */
  readonly release: (id: number) => void
}

const COUNT = 256

/** Goes round: an id is used again as late as can be, so that a late answer is not taken for one to another request. */
export const invokeIds = (): InvokeIds => {
  const taken = new Set<number>()
  let latest = 0
  return {
    take: () => {
      const id = freeAfter(latest, taken)
      if (id === undefined) return undefined
      latest = id
      taken.add(id)
      return id
    },
    release: id => void taken.delete(id),
  }
}

const freeAfter = (latest: number, taken: ReadonlySet<number>): number | undefined => {
  if (taken.size === COUNT) return undefined
  let id = (latest + 1) % COUNT
  while (taken.has(id)) id = (id + 1) % COUNT
  return id
}
