import { MAX_BDT6_ENTRIES, type Bbmd6Policy } from '../ip6/bbmd6-policy.js'
import type { Bbmd6, ForeignDevice6 } from '../ip6/ip6-role.js'
import { ip6Of, parseStation6, type Bip6Address } from '../values/bip6-address.js'
import { isAmong6, parseIpv6Prefix } from '../values/ipv6-prefix.js'
import { instanceBip6Vmac, parseBip6Vmac, type Bip6Vmac } from '../values/bip6-vmac.js'
import { checkedPolicy6 } from './bbmd6-policy.js'
import { valueOf } from './configuration.js'
import { checkedRegistration, checkedRows, type ForeignDeviceOptions } from './ip-roles.js'

/** Options of {@link foreignDevice6}. */
export interface ForeignDevice6Options extends Omit<ForeignDeviceOptions, 'bbmd'> {
  /** The BBMD to register with: `[2001:db8::1]:47808`. */
  readonly bbmd: string
}

/** Has its broadcasts from a BBMD elsewhere (Annex U). Throws a `ConfigurationError` for bad options. */
export const foreignDevice6 = ({ bbmd, ...options }: ForeignDevice6Options): ForeignDevice6 => ({
  _tag: 'ForeignDevice',
  bbmd: valueOf('bbmd', parseStation6(bbmd)),
  ...checkedRegistration(options),
})

/** Options of {@link bbmd6}. */
export interface Bbmd6Options {
  /**
   * The other BBMDs of the network, each as `[2001:db8:2::1]:47808`; its own address does not belong there, and is passed
   * over. At most 128.
   */
  readonly bdt?: readonly string[]
  /** What it does for whom. A predicate that throws, or does not return `true`, says no. */
  readonly policy?: Partial<Bbmd6Policy>
}

/** Passes broadcasts on between multicast domains (Annex U). Throws a `ConfigurationError` for bad options. */
export const bbmd6 = ({ bdt = [], policy = {} }: Bbmd6Options = {}): Bbmd6 => ({
  _tag: 'Bbmd',
  bdt: checkedRows('bdt', bdt, MAX_BDT6_ENTRIES, parseStation6),
  policy: checkedPolicy6(policy),
})

/**
 * The VMAC of one station, to send to: that of the device instance, `vmac6(602)`, or the text, `vmac6('00025a')`. Throws a
 * `ConfigurationError` for what is none; `instanceBip6Vmac` and `parseBip6Vmac` give an `Either` instead.
 */
export const vmac6 = (given: number | string): Bip6Vmac =>
  valueOf('vmac6', typeof given === 'number' ? instanceBip6Vmac(given) : parseBip6Vmac(given))

/**
 * The address of one station, to have in a table or to ask for its VMAC: `station6('[2001:db8::1]:47808')`. Throws a
 * `ConfigurationError` for other text, `::`, groups and port 0; `parseBip6Address` gives an `Either` instead.
 */
export const station6 = (text: string): Bip6Address => valueOf('station6', parseStation6(text))

/**
 * Those whose IPv6 address is one of these, or begins with one of these prefixes: `among6('2001:db8::5', 'fd00:1::/32')`,
 * for the policy of a BBMD. Throws a `ConfigurationError` for what is neither.
 */
export const among6 = (...prefixes: readonly string[]): ((address: Bip6Address) => boolean) => {
  const parsed = prefixes.map((text, index) => valueOf(`prefixes[${index}]`, parseIpv6Prefix(text)))
  return address => isAmong6(ip6Of(address), parsed)
}
