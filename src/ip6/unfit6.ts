import { isBip6Address, isStation6, type Bip6Address } from '../values/bip6-address.js'
import { canBeOwnBip6Vmac, isBip6Vmac, isInstanceBip6Vmac, type Bip6Vmac } from '../values/bip6-vmac.js'
import { MAX_BDT6_ENTRIES } from './bbmd6-policy.js'
import type { Resolve6 } from './ip6-link.js'
import type { Ip6Role } from './ip6-role.js'
import type { Ip6Local } from './ip6-udp.js'

const isStation = (address: Bip6Address): boolean => isBip6Address(address) && isStation6(address)

/** Why a VMAC cannot be set: it is not that of a device instance; `undefined` when it can be. */
export const unfitInstance6 = (vmac: Bip6Vmac): string | undefined =>
  isInstanceBip6Vmac(vmac) ? undefined : 'not the VMAC of a device instance'

/** Why a port cannot begin with a VMAC; `undefined` when it can, or when it is to have one by chance. */
export const unfitVmac6 = (vmac: Bip6Vmac | undefined): string | undefined =>
  vmac === undefined || canBeOwnBip6Vmac(vmac)
    ? undefined
    : 'its VMAC is neither that of a device instance nor a random one'

/** Why it cannot be asked which VMAC is where; `undefined` when it can be. */
export const unfitResolve6 = (request: Resolve6, own: Bip6Vmac | undefined, local: Ip6Local): string | undefined => {
  if (request._tag === 'Resolve') {
    if (!isBip6Vmac(request.vmac)) return 'that is no VMAC'
    return request.vmac === own ? 'that is its own VMAC' : undefined
  }
  if (!isStation(request.address)) return 'that is no station'
  return local.own.has(request.address) ? 'that is its own address' : undefined
}

/** Why addresses are no broadcast distribution table; `undefined` when they are one. */
export const unfitTable6 = (entries: readonly Bip6Address[]): string | undefined => {
  if (entries.length > MAX_BDT6_ENTRIES) return 'a table of too many entries'
  return entries.every(isStation) ? undefined : 'a table with what is no station'
}

/** Why a port cannot have a role; `undefined` when it can. */
export const unfitRole6 = (role: Ip6Role, { own }: Ip6Local): string | undefined => {
  switch (role._tag) {
    case 'OrdinaryNode':
      return undefined
    case 'ForeignDevice':
      return own.has(role.bbmd) || !isStation(role.bbmd) ? 'a foreign device cannot register there' : undefined
    case 'Bbmd':
      return unfitTable6(role.bdt)
    default:
      role satisfies never
      return 'there is no such role'
  }
}
