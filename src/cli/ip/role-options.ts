import { MAX_BDT_ENTRIES, type BbmdPolicy } from '../../ip/bbmd-policy.js'
import { MAX_TABLE_ROWS } from '../../transport/ip-bounds.js'
import {
  bbmd,
  ConfigurationError,
  foreignDevice,
  ordinaryNode,
  printBdtEntry,
  type BdtEntry,
  type IpRole,
} from '../../transport/ip.js'
import { ipOf, printBipAddress, StationFromText, type BipAddress } from '../../values/bip-address.js'
import { isAmong, type Ipv4Subnet } from '../../values/ipv4-subnet.js'
import { countFromText, PathFromText } from '../option-codecs.js'
import { flagOf, optional, repeatable, toggle, type Option, type Values } from '../options.js'
import { UsageError } from '../usage.js'
import { AcceptFromText, BdtEntryFromText, SubnetFromText, TtlFromText, USUAL_POLICY, type RoleName } from './codecs.js'

/** The options that say what a B/IP port is to its network. */
export type RoleTable = {
  readonly foreign: Option<BipAddress | undefined>
  readonly ttl: Option<number | undefined>
  readonly bbmd: Option<boolean>
  readonly bdt: Option<readonly BdtEntry[]>
  readonly bdtFile: Option<string | undefined>
  readonly acceptForeign: Option<number | undefined>
  readonly foreignFrom: Option<readonly Ipv4Subnet[]>
  readonly foreignPerAddress: Option<number | undefined>
  readonly maxTtl: Option<number | undefined>
  readonly allowWriteBdt: Option<boolean>
  readonly manager: Option<readonly Ipv4Subnet[]>
  readonly global: Option<BipAddress | undefined>
}

/** The options that say what a B/IP port is to its network. */
export const roleTable: RoleTable = {
  foreign: optional(StationFromText, {
    placeholder: 'HOST:PORT',
    help: 'be a foreign device, registered with this BBMD',
  }),
  ttl: optional(TtlFromText, {
    placeholder: 'SECONDS',
    help: 'time to live of the registration, renewed after half of it; 1 to 65535 (default: 60)',
  }),
  bbmd: toggle('be a BBMD'),
  bdt: repeatable(BdtEntryFromText, {
    placeholder: 'HOST:PORT[/MASK]',
    help: 'another BBMD; a MASK such as 255.255.255.0 only where routers let directed broadcasts pass',
  }),
  bdtFile: optional(PathFromText, {
    placeholder: 'FILE',
    help: 'JSON list of HOST:PORT[/MASK], which a written BDT is kept in; once it is there, it counts instead of --bdt',
  }),
  acceptForeign: optional(AcceptFromText, {
    placeholder: 'yes|no|COUNT',
    help: `most foreign devices (default: yes, which is ${USUAL_POLICY.maxForeignDevices})`,
  }),
  foreignFrom: repeatable(SubnetFromText, {
    placeholder: 'HOST[/BITS]',
    help: 'who may register as a foreign device (default: everybody)',
  }),
  foreignPerAddress: optional(countFromText('number of foreign devices', 1, MAX_TABLE_ROWS), {
    placeholder: 'COUNT',
    help: `most foreign devices of one IP address (default: ${USUAL_POLICY.maxPerAddress})`,
  }),
  maxTtl: optional(TtlFromText, {
    placeholder: 'SECONDS',
    help: `longest TTL of a registration; longer ones are refused (default: ${USUAL_POLICY.maxTtl})`,
  }),
  allowWriteBdt: toggle(
    'let the BDT be written, by everybody where no --manager is named: UNSAFE, as nobody has to prove who he is',
  ),
  manager: repeatable(SubnetFromText, {
    placeholder: 'HOST[/BITS]',
    help: 'who may write the BDT if that is allowed, read both tables and delete foreign devices (default: everybody)',
  }),
  global: optional(StationFromText, {
    placeholder: 'HOST:PORT',
    help: 'behind NAT: the address that the others reach this BBMD by',
  }),
}

const ONLY_WITH_BBMD = [
  'bdt',
  'bdtFile',
  'acceptForeign',
  'foreignFrom',
  'foreignPerAddress',
  'maxTtl',
  'allowWriteBdt',
  'manager',
  'global',
] as const satisfies readonly (keyof RoleTable)[]

const isGiven = (value: unknown): boolean =>
  Array.isArray(value) ? value.length > 0 : value !== undefined && value !== false

/** Throws a {@link UsageError} for options that make no sense together. */
export const checkRoleOptions = (options: Values<RoleTable>): void => {
  if (options.bbmd && options.foreign !== undefined) {
    throw new UsageError('--bbmd and --foreign: a port is not both')
  }
  if (options.ttl !== undefined && options.foreign === undefined) {
    throw new UsageError('--ttl is that of a registration with --foreign, which is missing')
  }
  const lonely = options.bbmd ? undefined : ONLY_WITH_BBMD.find(name => isGiven(options[name]))
  if (options.bdt.length > MAX_BDT_ENTRIES) throw new UsageError(`--bdt: there are more than ${MAX_BDT_ENTRIES}`)
  if (lonely !== undefined) throw new UsageError(`${flagOf(lonely)} is for a --bbmd, which is missing`)
}

/** What is asked for while the port runs. */
export interface AskedRole {
  readonly role: RoleName
  readonly bbmd: BipAddress | undefined
  readonly ttl: number | undefined
  readonly bdt: readonly BdtEntry[] | undefined
  readonly global: BipAddress | undefined
}

/** What a port can be. */
export interface IpRoles {
  /** What the options make it. */
  readonly first: IpRole
  /** What it is asked to be; the options fill in what that does not say. A sentence says what is missing. */
  readonly asked: (asked: AskedRole) => IpRole | string
}

/** What a port can be; `bdt` is the table of a BBMD as it is at the time, where nobody gives another. */
export const ipRoles = (options: Values<RoleTable>, bdt: () => readonly BdtEntry[]): IpRoles => {
  const policy = policyOf(options)

  const foreignOf = (address: BipAddress, ttl = options.ttl): IpRole =>
    foreignDevice({ bbmd: printBipAddress(address), ...(ttl === undefined ? {} : { ttl }) })

  const bbmdOf = (entries = bdt(), global = options.global): IpRole =>
    bbmd({
      bdt: entries.map(printBdtEntry),
      policy,
      ...(global === undefined ? {} : { global: printBipAddress(global) }),
    })

  const first = (): IpRole => {
    if (options.bbmd) return bbmdOf()
    return options.foreign === undefined ? ordinaryNode() : foreignOf(options.foreign)
  }

  const roleOf = (asked: AskedRole): IpRole | string => {
    switch (asked.role) {
      case 'node':
        return ordinaryNode()
      case 'foreign': {
        const address = asked.bbmd ?? options.foreign
        return address === undefined ? '"bbmd" is missing' : foreignOf(address, asked.ttl)
      }
      case 'bbmd':
        return bbmdOf(asked.bdt, asked.global)
    }
  }

  return {
    first: first(),
    asked: asked => {
      try {
        return roleOf(asked)
      } catch (error) {
        // What ends a command that starts is no reason to end a port that runs.
        if (error instanceof ConfigurationError) return error.message
        throw error
      }
    },
  }
}

const policyOf = (options: Values<RoleTable>): Partial<BbmdPolicy> => {
  const { acceptForeign, foreignPerAddress, maxTtl, foreignFrom, manager, allowWriteBdt } = options
  const isManager = (address: BipAddress): boolean => manager.length === 0 || isAmong(ipOf(address), manager)
  return {
    ...(acceptForeign === undefined ? {} : { maxForeignDevices: acceptForeign }),
    ...(foreignPerAddress === undefined ? {} : { maxPerAddress: foreignPerAddress }),
    ...(maxTtl === undefined ? {} : { maxTtl }),
    ...(foreignFrom.length === 0 ? {} : { mayRegister: address => isAmong(ipOf(address), foreignFrom) }),
    mayRead: isManager,
    // A foreign device that ends has itself deleted.
    mayDelete: (source, entry) => source === entry || isManager(source),
    ...(allowWriteBdt ? { mayWriteBdt: isManager } : {}),
  }
}
