import type { OutboundNpdu } from '../link/link.js'
import { isStation, type BipAddress } from '../values/bip-address.js'
import { BIP_NPDU_LENGTH } from '../wire/bvll.js'
import type { DatagramFault } from '../wire/datagram-error.js'
import { npduFault } from '../wire/npdu-look.js'
import type { IpLocal } from './ip-udp.js'

/** Why an NPDU must not be sent: what every receiver would discard, or what is not addressed to a station. */
export const unsendable = (
  { npdu, destination }: OutboundNpdu<BipAddress>,
  { own, broadcast }: IpLocal,
): string | undefined => {
  if (npdu.length > BIP_NPDU_LENGTH) return 'longer than the 1497 octets that B/IP carries'
  const fault = npduFault(npdu, destination === 'broadcast')
  if (fault !== undefined) return FAULTS[fault] ?? fault
  if (destination === 'broadcast') return undefined
  if (destination === broadcast) return 'a unicast to the broadcast address'
  if (own.has(destination)) return 'a unicast to itself'
  return isStation(destination) ? undefined : 'a unicast to what is no station'
}

const FAULTS: Readonly<Partial<Record<DatagramFault, string>>> = {
  EMPTY_NPDU: 'empty NPDU',
  BAD_NPDU: 'not an NPDU of version 1',
  CONFIRMED_REQUEST_BY_BROADCAST: 'a Confirmed-Request cannot be broadcast',
}
