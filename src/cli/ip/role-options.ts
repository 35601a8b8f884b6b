import { bbmdPolicy, MAX_BDT_ENTRIES } from '../../ip/bbmd-policy.js'
import { bbmd, foreignDevice, printBdtEntry, type BdtEntry, type IpRole } from '../../transport/ip.js'
import { ipOf, printBipAddress, StationFromText, type BipAddress } from '../../values/bip-address.js'
import { isAmong, type Ipv4Subnet } from '../../values/ipv4-subnet.js'
import {
  admissionOf,
  admissionTable,
  checkRoleOptions,
  roleTable,
  type AdmissionTable,
  type RoleTable,
} from '../bvll/role-options.js'
import { rolesOf, type AskedRole, type Roles } from '../bvll/roles.js'
import { PathFromText } from '../option-codecs.js'
import { optional, toggle, type Option, type Values } from '../options.js'
import { BdtEntryFromText, SubnetFromText } from './codecs.js'

/** The options that say what a B/IP port is to its network. */
export type IpRoleTable = RoleTable<BipAddress, BdtEntry> &
  AdmissionTable<Ipv4Subnet> & {
    readonly bdtFile: Option<string | undefined>
    readonly allowWriteBdt: Option<boolean>
    readonly global: Option<BipAddress | undefined>
  }

const STATION = { codec: StationFromText, placeholder: 'HOST:PORT' }

/** The options that say what a B/IP port is to its network. */
export const ipRoleTable: IpRoleTable = {
  ...roleTable(STATION, {
    codec: BdtEntryFromText,
    placeholder: 'HOST:PORT[/MASK]',
    help: 'another BBMD; a MASK such as 255.255.255.0 only where routers let directed broadcasts pass',
  }),
  bdtFile: optional(PathFromText, {
    placeholder: 'FILE',
    help: 'JSON list of HOST:PORT[/MASK], which a written BDT is kept in; once it is there, it counts instead of --bdt',
  }),
  ...admissionTable({ codec: SubnetFromText, placeholder: 'HOST[/BITS]' }, bbmdPolicy(), {
    origin: 'IP address',
    duties: 'write the BDT if that is allowed, read both tables and delete foreign devices',
  }),
  allowWriteBdt: toggle(
    'let the BDT be written, by everybody where no --manager is named: UNSAFE, as nobody has to prove who he is',
  ),
  global: optional(STATION.codec, {
    placeholder: STATION.placeholder,
    help: 'behind NAT: the address that the others reach this BBMD by',
  }),
}

/** Throws a `UsageError` for options that make no sense together. */
export const checkIpRoleOptions = (options: Values<IpRoleTable>): void =>
  checkRoleOptions(options, MAX_BDT_ENTRIES, ['bdtFile', 'allowWriteBdt', 'global'])

/** What is asked for while the port runs. */
export interface AskedIpRole extends AskedRole<BipAddress, BdtEntry> {
  readonly global: BipAddress | undefined
}

/** What a B/IP port can be. */
export type IpRoles = Roles<IpRole, AskedIpRole>

/** What a port can be; `bdt` is the table of a BBMD as it is at the time, where nobody gives another. */
export const ipRoles = (options: Values<IpRoleTable>, bdt: () => readonly BdtEntry[]): IpRoles => {
  const { isManager, policy } = admissionOf<BipAddress, Ipv4Subnet>(options, (address, subnets) =>
    isAmong(ipOf(address), subnets),
  )
  return rolesOf<BipAddress, BdtEntry, IpRole, AskedIpRole>(options, {
    foreign: (address, ttl) => foreignDevice({ bbmd: printBipAddress(address), ...(ttl === undefined ? {} : { ttl }) }),
    bbmd: asked => {
      const global = asked?.global ?? options.global
      return bbmd({
        bdt: (asked?.bdt ?? bdt()).map(printBdtEntry),
        policy: { ...policy, mayRead: isManager, ...(options.allowWriteBdt ? { mayWriteBdt: isManager } : {}) },
        ...(global === undefined ? {} : { global: printBipAddress(global) }),
      })
    },
  })
}
