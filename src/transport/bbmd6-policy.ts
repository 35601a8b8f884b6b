import { bbmd6Policy, type Bbmd6Policy } from '../ip6/bbmd6-policy.js'
import { checkedShare, withoutUndefined } from './bbmd-policy.js'

/** What a user wants of a BBMD of BACnet/IPv6, with the defaults. Throws a `ConfigurationError` for what cannot be. */
export const checkedPolicy6 = (given: Partial<Bbmd6Policy>): Bbmd6Policy => {
  const policy = bbmd6Policy(withoutUndefined(given))
  return { ...policy, ...checkedShare(policy) }
}
