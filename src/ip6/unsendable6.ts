import type { OutboundNpdu } from '../link/link.js'
import { isStation6, type Bip6Address } from '../values/bip6-address.js'
import type { Bip6Vmac } from '../values/bip6-vmac.js'
import { npduFault, type NpduFault } from '../wire/npdu-look.js'
import { MAX_BDT6_ENTRIES } from './bbmd6-policy.js'
import type { Ip6Role } from './ip6-role.js'
import type { Ip6Local } from './ip6-udp.js'

/** Why an NPDU must not be sent; `undefined` when it can be. */
export const unsendable6 = (
  { npdu, destination }: OutboundNpdu<Bip6Vmac>,
  own: Bip6Vmac | undefined,
): string | undefined => {
  const fault = npduFault(npdu, destination === 'broadcast')
  if (fault !== undefined) return FAULTS[fault]
  if (destination === own) return 'to its own VMAC'
  return destination === 'broadcast' || /^[0-9a-f]{6}$/.test(destination) ? undefined : 'to what is no VMAC'
}

const FAULTS: Readonly<Record<NpduFault, string>> = {
  EMPTY_NPDU: 'empty NPDU',
  BAD_NPDU: 'not an NPDU of version 1 and of at most 1497 octets',
  CONFIRMED_REQUEST_BY_BROADCAST: 'a Confirmed-Request cannot be broadcast',
}

/** Why a VMAC cannot be set: it is not that of a device instance; `undefined` when it can be. */
export const unfitVmac6 = (vmac: Bip6Vmac): string | undefined =>
  /^[0-3][0-9a-f]{5}$/.test(vmac) && vmac !== NO_INSTANCE ? undefined : 'not the VMAC of a device instance'

/** The instance of a device that has none. */
const NO_INSTANCE = '3fffff'

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
