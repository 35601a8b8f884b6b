import { Subject, Subscription, type Observable } from 'rxjs'
import { among, outside, type Hosts } from './hosts.js'
import { combined, UNIMPAIRED, validImpairment, type FullImpairment, type Impairment } from './impairment.js'

/** The way from one host to another, at this moment. */
export interface Path extends FullImpairment {
  /** Whether anything passes. What does not is lost or waits, as it would on a wire; nobody is told. */
  readonly isOpen: boolean
}

/** What is between hosts. All that is changed lasts until it is unsubscribed. */
export interface Paths {
  /** The way from one host to another. A host always reaches itself, without impairment. */
  readonly between: (from: string, to: string) => Path
  /** Lets nothing pass between the hosts of two groups, in both directions; without `others`, between `ones` and all else. */
  readonly partition: (ones: Hosts, others?: Hosts) => Subscription
  /** Lets nothing pass from one group to another; the way back stays open. */
  readonly block: (from: Hosts, to: Hosts) => Subscription
  /** Impairs all that goes from one group to another, in this direction. Impairments of a path combine. Throws an Error for what is none. */
  readonly impair: (from: Hosts, to: Hosts, impairment: Impairment) => Subscription
  /** Tells that the ways are no longer what they were. Hot; never completes. */
  readonly changed$: Observable<void>
}

/** Something that holds from some hosts to others. */
interface Rule {
  readonly appliesTo: (from: string, to: string) => boolean
  readonly impairment: Impairment | 'blocked'
}

const OWN: Path = { isOpen: true, ...UNIMPAIRED }

/** Pairs of hosts whose way is remembered while something is wrong: a thousand hosts, of which each talks to a hundred. */
const MAX_REMEMBERED = 100_000

/** Ways between hosts, all of which are impaired as `everywhere` says. Throws an Error for what is no impairment. */
export const virtualPaths = (everywhere: Impairment = {}): Paths => {
  const ordinary: Path = { isOpen: true, ...combined(UNIMPAIRED, validImpairment(everywhere)) }
  const rules = new Set<Rule>()
  const remembered = new Map<string, Map<string, Path>>()
  const changed$ = new Subject<void>()
  let pairs = 0

  const forget = (): void => {
    remembered.clear()
    pairs = 0
  }
  const changed = (): void => {
    forget()
    changed$.next()
  }
  const lasting = (rule: Rule): Subscription => {
    rules.add(rule)
    changed()
    return new Subscription(() => {
      rules.delete(rule)
      changed()
    })
  }
  const work = (from: string, to: string): Path => {
    let path = ordinary
    for (const { appliesTo, impairment } of rules) {
      if (!appliesTo(from, to)) continue
      path =
        impairment === 'blocked' ? { ...path, isOpen: false } : { isOpen: path.isOpen, ...combined(path, impairment) }
    }
    return path
  }

  return {
    between: (from, to) => {
      if (from === to) return OWN
      if (rules.size === 0) return ordinary
      const known = remembered.get(from)?.get(to)
      if (known !== undefined) return known
      if (pairs >= MAX_REMEMBERED) forget()
      const path = work(from, to)
      const fromHere = remembered.get(from) ?? new Map<string, Path>()
      remembered.set(from, fromHere.set(to, path))
      pairs++
      return path
    },

    partition: (ones, others) => {
      const [isOne, isOther] = [among(ones), others === undefined ? outside(ones) : among(others)]
      return lasting({
        appliesTo: (from, to) => (isOne(from) && isOther(to)) || (isOther(from) && isOne(to)),
        impairment: 'blocked',
      })
    },
    block: (from, to) => lasting({ appliesTo: oneWay(from, to), impairment: 'blocked' }),
    impair: (from, to, impairment) => lasting({ appliesTo: oneWay(from, to), impairment: validImpairment(impairment) }),
    changed$: changed$.asObservable(),
  }
}

const oneWay = (from: Hosts, to: Hosts): Rule['appliesTo'] => {
  const [isFrom, isTo] = [among(from), among(to)]
  return (one, other) => isFrom(one) && isTo(other)
}
