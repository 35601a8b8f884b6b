import type { RegistrarPolicy } from '../bvll/registrar.js'
import { bbmdPolicy, type BbmdPolicy } from '../ip/bbmd-policy.js'
import type { Pace } from '../limits/pace.js'
import { checkedPace, ConfigurationError, inRange } from './configuration.js'
import { MAX_TABLE_ROWS } from './ip-bounds.js'

/** What a user wants of a BBMD, with the defaults. Throws a {@link ConfigurationError} for what cannot be. */
export const checkedPolicy = (given: Partial<BbmdPolicy>): BbmdPolicy => {
  const policy = bbmdPolicy(withoutUndefined(given))
  return {
    ...policy,
    ...checkedShare(policy),
    mayRead: safely('mayRead', policy.mayRead),
    mayWriteBdt: safely('mayWriteBdt', policy.mayWriteBdt),
  }
}

/** What a BBMD decides, be it of BACnet/IP or of BACnet/IPv6. */
interface SharedPolicy<Address extends string> extends RegistrarPolicy<Address> {
  readonly copiesPerAddress: Pace
  readonly copiesInTotal: Pace
}

/** Checks what both kinds of BBMD decide, and makes their predicates safe. */
export const checkedShare = <Address extends string>(
  policy: SharedPolicy<Address>,
): Pick<SharedPolicy<Address>, 'mayRegister' | 'mayDelete'> => {
  inRange('policy.maxForeignDevices', policy.maxForeignDevices, 0, MAX_TABLE_ROWS)
  inRange('policy.maxPerAddress', policy.maxPerAddress, 1, MAX_TABLE_ROWS)
  inRange('policy.maxTtl', policy.maxTtl, 1, 0xffff)
  checkedPace('policy.copiesPerAddress', policy.copiesPerAddress)
  checkedPace('policy.copiesInTotal', policy.copiesInTotal)
  return {
    mayRegister: safely('mayRegister', policy.mayRegister),
    mayDelete: safely('mayDelete', policy.mayDelete),
  }
}

/** Programs without types, or with looser ones, spell out that they say nothing. */
export const withoutUndefined = <Given extends object>(given: Given): Partial<Given> =>
  Object.fromEntries(
    Object.entries(given).filter(([, value]: [string, unknown]) => value !== undefined),
  ) as Partial<Given>

/**
 * A predicate that never throws. Whoever can send a datagram would end the process with one that throws; that, and whatever
 * is not `true`, such as a promise, is a no. What it threw is said once, as a warning of the process.
 */
const safely = <Args extends readonly unknown[]>(
  name: string,
  predicate: (...args: Args) => unknown,
): ((...args: Args) => boolean) => {
  if (typeof predicate !== 'function') throw new ConfigurationError(`policy.${name}: is not a function`)
  let isTold = false
  return (...args) => {
    try {
      return predicate(...args) === true
    } catch (error) {
      if (!isTold) {
        const what = error instanceof Error ? error.message : typeof error
        process.emitWarning(`policy.${name} throws, which is taken for no: ${what}`, 'PolicyWarning')
      }
      isTold = true
      return false
    }
  }
}
