/** Something of which there is so much, and each claim that it serves with one of it. */
export interface Supply<Id> {
  readonly count: number
  readonly claims: Map<Id, Claim<Id>>
}

/** Something that one of several supplies may serve. */
export interface Claim<Id> {
  readonly id: Id
  supplies: readonly Supply<Id>[]
}

/**
 * Has one of its supplies serve a claim; those that are served already may have to go to other supplies of theirs for that,
 * but stay served (an augmenting path of a bipartite matching). `false` when there is not enough for all of them.
 */
export const serve = <Id>(claim: Claim<Id>, looked: Set<Supply<Id>> = new Set()): boolean => {
  for (const supply of claim.supplies) {
    if (looked.has(supply)) continue
    looked.add(supply)
    const { count, claims } = supply
    const mover = claims.size < count ? undefined : [...claims.values()].find(served => serve(served, looked))
    if (mover === undefined && claims.size >= count) continue
    if (mover !== undefined) claims.delete(mover.id)
    claims.set(claim.id, claim)
    return true
  }
  return false
}
