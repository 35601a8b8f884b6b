import type { IpRole } from '../ip/ip-role.js'
import { inRange } from './configuration.js'

/** The most rows of a table: on BACnet/IP those of 10 octets fit a datagram, and nobody needs more on BACnet/IPv6. */
export const MAX_TABLE_ROWS = 6000

const MIB = 1 << 20

/** The receive buffer asked for where nobody says how long, in octets: a BBMD has the broadcasts of several subnets. */
export const usualReceiveBuffer = (role: IpRole['_tag']): number => (role === 'Bbmd' ? 4 : 1) * MIB

/** The receive buffer to ask for, in octets: one that can be given, or the usual one. */
export const checkedReceiveBuffer = (given: number | undefined, role: IpRole['_tag']): number =>
  inRange('receiveBuffer', given ?? usualReceiveBuffer(role), 2048, 1 << 30)
