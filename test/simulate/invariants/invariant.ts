import type { Accounts } from '../world/accounts.js'
import type { Fact } from '../world/fact.js'
import type { Plan } from '../plan/plan.js'

/** Something that holds in every run, whatever goes wrong. */
export interface Invariant {
  readonly name: string
  /** What holds, in a sentence. */
  readonly states: string
  /** Looks at a run from its start; the accounts of its NPDUs are kept by the run itself. */
  readonly watch: (plan: Plan, accounts: Accounts) => Watcher
}

/** Who looks at one run. */
export interface Watcher {
  /** The kinds of facts that it is shown. */
  readonly kinds: readonly Fact['_tag'][]
  readonly see: (fact: Fact) => void
  /** What did not hold, when all is over. */
  readonly broken: () => readonly string[]
}

/** Looks at facts of some kinds only, as each concerns few invariants. To ask for another kind does not compile. */
export const sees = <Kind extends Fact['_tag']>(
  kinds: readonly Kind[],
  see: (fact: Fact & { readonly _tag: Kind }) => void,
): Pick<Watcher, 'kinds' | 'see'> => ({ kinds, see: see as Watcher['see'] })

/** So many violations of one invariant are told of one run; the rest is counted. */
const MAX_TOLD = 10

/** Gathers what did not hold. */
export const complaints = (): { readonly add: (complaint: string) => void; readonly all: () => readonly string[] } => {
  const told: string[] = []
  let count = 0
  return {
    add: complaint => {
      if (count++ < MAX_TOLD) told.push(complaint)
    },
    all: () => (count > MAX_TOLD ? [...told, `and ${count - MAX_TOLD} more`] : told),
  }
}
