import type { OutboundNpdu } from '../link/link.js'
import { isBip6Vmac, type Bip6Vmac } from '../values/bip6-vmac.js'
import { npduFault, type NpduFault } from '../wire/npdu-look.js'

/** Why an NPDU must not be sent; `undefined` when it can be. */
export const unsendable6 = (
  { npdu, destination }: OutboundNpdu<Bip6Vmac>,
  own: Bip6Vmac | undefined,
): string | undefined => {
  const fault = npduFault(npdu, destination === 'broadcast')
  if (fault !== undefined) return FAULTS[fault]
  if (destination === own) return 'to its own VMAC'
  return destination === 'broadcast' || isBip6Vmac(destination) ? undefined : 'to what is no VMAC'
}

const FAULTS: Readonly<Record<NpduFault, string>> = {
  EMPTY_NPDU: 'empty NPDU',
  BAD_NPDU: 'not an NPDU of version 1 and of at most 1497 octets',
  CONFIRMED_REQUEST_BY_BROADCAST: 'a Confirmed-Request cannot be broadcast',
}
