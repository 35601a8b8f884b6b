/** Something of which there is so much, and the claims that it serves, each with one of it. */
export interface Supply {
  readonly count: number
  readonly claims: Set<Claim>
}

/** Something that one of several supplies may serve. */
export interface Claim {
  supplies: readonly Supply[]
}

/**
 * Has one of its supplies serve a claim; those that are served already may have to go to other supplies of theirs for that,
 * but stay served (an augmenting path of a bipartite matching). `false` when there is not enough for all of them.
 */
export const serve = (claim: Claim, looked: Set<Supply> = new Set()): boolean => {
  const free = claim.supplies.find(({ count, claims }) => claims.size < count)
  if (free !== undefined) {
    free.claims.add(claim)
    return true
  }
  for (const supply of claim.supplies) {
    if (looked.has(supply)) continue
    looked.add(supply)
    const { claims } = supply
    const mover = [...claims].find(served => serve(served, looked))
    if (mover === undefined) continue
    claims.delete(mover)
    claims.add(claim)
    return true
  }
  return false
}

/** Has a claim that is served be one that only some of its supplies may serve; `false`, and it stays as it is, when these cannot. */
export const narrow = (claim: Claim, supplies: readonly Supply[]): boolean => {
  const before = claim.supplies
  const holder = before.find(({ claims }) => claims.has(claim))
  claim.supplies = before.filter(supply => supplies.includes(supply))
  if (holder === undefined || claim.supplies.includes(holder)) return holder !== undefined
  holder.claims.delete(claim)
  if (serve(claim)) return true
  holder.claims.add(claim)
  claim.supplies = before
  return false
}
