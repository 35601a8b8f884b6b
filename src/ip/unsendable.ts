import type { OutboundNpdu } from '../link/link.js'
import { isStation, type BipAddress } from '../values/bip-address.js'
import { npduFault, type NpduFault } from '../wire/npdu-look.js'
import type { IpLocal } from './ip-udp.js'

/** Why nothing can be sent to an address as to a station; `undefined` when it can. */
export const unfitStation = (address: BipAddress, { own, broadcast }: IpLocal): string | undefined => {
  if (address === broadcast) return 'to the broadcast address as to a station'
  if (own.has(address)) return 'to its own address'
  return isStation(address) ? undefined : 'to what is no station'
}

/** Why an NPDU must not be sent: what every receiver would discard, or what is not addressed to a station. */
export const unsendable = ({ npdu, destination }: OutboundNpdu<BipAddress>, local: IpLocal): string | undefined => {
  const isBroadcast = destination === 'broadcast'
  const fault = npduFault(npdu, isBroadcast)
  if (fault !== undefined) return FAULTS[fault]
  return isBroadcast ? undefined : unfitStation(destination, local)
}

const FAULTS: Readonly<Record<NpduFault, string>> = {
  EMPTY_NPDU: 'empty NPDU',
  BAD_NPDU: 'not an NPDU of version 1 and of at most 1497 octets',
  CONFIRMED_REQUEST_BY_BROADCAST: 'a Confirmed-Request cannot be broadcast',
}
