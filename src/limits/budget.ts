import type { Bucket, Buckets } from './pace.js'

/** Whose budget is spent: that of the party itself, or that of all together. */
export type Spent = 'its own' | 'in total'

/** Says whose budget is spent already; takes the cost from both when neither is. */
export type Budget<Party> = (party: Party, cost?: number) => Spent | undefined

/** What each party may spend, and all together. What one has no more of costs the others nothing. */
export const budget =
  <Party>(own: Buckets<Party>, inTotal: Bucket): Budget<Party> =>
  (party, cost) => {
    if (!own.has(party, cost)) return 'its own'
    if (!inTotal.take(cost)) return 'in total'
    own.take(party, cost)
    return undefined
  }
