import { bbmd6Policy, MAX_BDT6_ENTRIES } from '../../ip6/bbmd6-policy.js'
import { bbmd6, foreignDevice6, printBip6Address, type Bip6Address, type Ip6Role } from '../../transport/ip6.js'
import { ip6Of, Station6FromText } from '../../values/bip6-address.js'
import { isAmong6, type Ipv6Prefix } from '../../values/ipv6-prefix.js'
import {
  admissionOf,
  admissionTable,
  checkRoleOptions,
  roleTable,
  type AdmissionTable,
  type RoleTable,
} from '../bvll/role-options.js'
import { rolesOf, type AskedRole, type Roles } from '../bvll/roles.js'
import type { Values } from '../options.js'
import { PrefixFromText } from './codecs.js'

/** The options that say what a B/IPv6 port is to its network. */
export type Ip6RoleTable = RoleTable<Bip6Address, Bip6Address> & AdmissionTable<Ipv6Prefix>

const STATION = { codec: Station6FromText, placeholder: '[ADDR]:PORT' }

/** The options that say what a B/IPv6 port is to its network. */
export const ip6RoleTable: Ip6RoleTable = {
  ...roleTable(STATION, { ...STATION, help: 'another BBMD' }),
  ...admissionTable({ codec: PrefixFromText, placeholder: 'ADDR[/BITS]' }, bbmd6Policy(), {
    origin: 'network of 64 bits',
    duties: 'delete other foreign devices than himself',
  }),
}

/** Throws a `UsageError` for options that make no sense together. */
export const checkIp6RoleOptions = (options: Values<Ip6RoleTable>): void => checkRoleOptions(options, MAX_BDT6_ENTRIES)

/** What a B/IPv6 port can be. */
export type Ip6Roles = Roles<Ip6Role, AskedRole<Bip6Address, Bip6Address>>

/** What a port can be. */
export const ip6Roles = (options: Values<Ip6RoleTable>): Ip6Roles => {
  const { policy } = admissionOf<Bip6Address, Ipv6Prefix>(options, (address, prefixes) =>
    isAmong6(ip6Of(address), prefixes),
  )
  return rolesOf<Bip6Address, Bip6Address, Ip6Role, AskedRole<Bip6Address, Bip6Address>>(options, {
    foreign: (address, ttl) =>
      foreignDevice6({ bbmd: printBip6Address(address), ...(ttl === undefined ? {} : { ttl }) }),
    bbmd: asked => bbmd6({ bdt: (asked?.bdt ?? options.bdt).map(printBip6Address), policy }),
  })
}
