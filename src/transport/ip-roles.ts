import type { Either } from 'fp-ts/lib/Either.js'
import { MAX_BDT_ENTRIES, type BbmdPolicy } from '../ip/bbmd-policy.js'
import { parseBdtEntry } from '../ip/bdt-text.js'
import type { Bbmd, ForeignDevice, OrdinaryNode } from '../ip/ip-role.js'
import { registrationTimings, type RegistrationTimings } from '../bvll/registration-timings.js'
import { ipOf, parseStation, type BipAddress } from '../values/bip-address.js'
import { isAmong, parseIpv4Subnet } from '../values/ipv4-subnet.js'
import type { BdtEntry } from '../wire/bvll.js'
import { checkedPolicy } from './bbmd-policy.js'
import { checkedTimings, ConfigurationError, inRange, valueOf } from './configuration.js'

/** Takes part in the broadcasts of its subnet, and no more. */
export const ordinaryNode = (): OrdinaryNode => ({ _tag: 'OrdinaryNode' })

/** Options of {@link foreignDevice}. */
export interface ForeignDeviceOptions {
  /** The BBMD to register with: `10.0.1.5:47808`. */
  readonly bbmd: string
  /** Time to live of a registration in seconds, 1 to 65535; half of it is the time between renewals. Default 60. */
  readonly ttl?: number
  /** Waits before it asks again. */
  readonly timings?: Partial<RegistrationTimings>
}

/** Has its broadcasts from a BBMD elsewhere (clause J.5). Throws a {@link ConfigurationError} for bad options. */
export const foreignDevice = ({ bbmd, ...options }: ForeignDeviceOptions): ForeignDevice => ({
  _tag: 'ForeignDevice',
  bbmd: valueOf('bbmd', parseStation(bbmd)),
  ...checkedRegistration(options),
})

/** How a foreign device registers, wherever it does. */
export const checkedRegistration = ({
  ttl = 60,
  timings = {},
}: Omit<ForeignDeviceOptions, 'bbmd'>): Pick<ForeignDevice, 'ttl' | 'timings'> => ({
  ttl: inRange('ttl', ttl, 1, 0xffff),
  timings: registrationTimings(ttl, checkedTimings('timings', timings)),
})

/** Options of {@link bbmd}. */
export interface BbmdOptions {
  /**
   * The BBMDs of the network, each as `10.0.1.5:47808`, or with its subnet mask, `10.0.1.5:47808/255.255.255.0`, where
   * routers let directed broadcasts pass. An own entry is added where there is none. At most 128.
   */
  readonly bdt?: readonly string[]
  /** Behind NAT: the address that the others reach it by. */
  readonly global?: string
  /** What it does for whom. A predicate that throws, or does not return `true`, says no. */
  readonly policy?: Partial<BbmdPolicy>
}

/** Passes broadcasts on between subnets (clause J.4). Throws a {@link ConfigurationError} for bad options. */
export const bbmd = ({ bdt = [], global, policy = {} }: BbmdOptions = {}): Bbmd => ({
  _tag: 'Bbmd',
  bdt: rowsOf('bdt', bdt),
  global: global === undefined ? undefined : valueOf('global', parseStation(global)),
  policy: checkedPolicy(policy),
})

/**
 * Rows of a broadcast distribution table, for `SetBdt` and `WriteBdt`: `bdtEntries('10.0.1.5:47808', …)`, each as in
 * {@link BbmdOptions}. At most 128. Throws a {@link ConfigurationError} for what is none.
 */
export const bdtEntries = (...rows: readonly string[]): readonly BdtEntry[] => rowsOf('bdtEntries', rows)

const rowsOf = (name: string, bdt: readonly string[]): readonly BdtEntry[] =>
  checkedRows(name, bdt, MAX_BDT_ENTRIES, parseBdtEntry)

/** The rows of a table, from text; which row is wrong is said by its number. */
export const checkedRows = <Row>(
  name: string,
  rows: readonly string[],
  most: number,
  parse: (text: string) => Either<string, Row>,
): readonly Row[] => {
  if (rows.length > most) throw new ConfigurationError(`${name}: there are more than ${most}`)
  return rows.map((text, index) => valueOf(`${name}[${index}]`, parse(text)))
}

/**
 * Those whose IP address is one of these, or lies in one of these subnets: `among('10.0.1.5', '10.2.0.0/16')`, for the
 * policy of a BBMD. Throws a {@link ConfigurationError} for what is neither.
 */
export const among = (...subnets: readonly string[]): ((address: BipAddress) => boolean) => {
  const parsed = subnets.map((text, index) => valueOf(`subnets[${index}]`, parseIpv4Subnet(text)))
  return address => isAmong(ipOf(address), parsed)
}
