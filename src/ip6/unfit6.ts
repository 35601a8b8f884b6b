import { isStation6, type Bip6Address } from '../values/bip6-address.js'
import { isInstanceBip6Vmac, isRandomBip6Vmac, type Bip6Vmac } from '../values/bip6-vmac.js'
import { MAX_BDT6_ENTRIES } from './bbmd6-policy.js'
import type { Ip6Role } from './ip6-role.js'
import type { Ip6Local } from './ip6-udp.js'

/** Why a VMAC cannot be set: it is not that of a device instance; `undefined` when it can be. */
export const unfitInstance6 = (vmac: Bip6Vmac): string | undefined =>
  isInstanceBip6Vmac(vmac) ? undefined : 'not the VMAC of a device instance'

/** Why a port cannot begin with a VMAC; `undefined` when it can, or when it is to have one by chance. */
export const unfitVmac6 = (vmac: Bip6Vmac | undefined): string | undefined =>
  vmac === undefined || isRandomBip6Vmac(vmac) || isInstanceBip6Vmac(vmac)
    ? undefined
    : 'its VMAC is neither that of a device instance nor a random one'

/** Why addresses are no broadcast distribution table; `undefined` when they are one. */
export const unfitTable6 = (entries: readonly Bip6Address[]): string | undefined => {
  if (entries.length > MAX_BDT6_ENTRIES) return 'a table of too many entries'
  return entries.every(isStation6) ? undefined : 'a table with what is no station'
}

/** Why a port cannot have a role; `undefined` when it can. */
export const unfitRole6 = (role: Ip6Role, { own }: Ip6Local): string | undefined => {
  switch (role._tag) {
    case 'OrdinaryNode':
      return undefined
    case 'ForeignDevice':
      return own.has(role.bbmd) || !isStation6(role.bbmd) ? 'a foreign device cannot register there' : undefined
    case 'Bbmd':
      return unfitTable6(role.bdt)
    default:
      role satisfies never
      return 'there is no such role'
  }
}
