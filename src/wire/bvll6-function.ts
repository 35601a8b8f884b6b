/** The function octet of each BVLL message of BACnet/IPv6 (clause U.2, section 3 of the protocol notes). */
export const Bvll6Function = {
  'BVLC-Result': 0x00,
  'Original-Unicast-NPDU': 0x01,
  'Original-Broadcast-NPDU': 0x02,
  'Address-Resolution': 0x03,
  'Forwarded-Address-Resolution': 0x04,
  'Address-Resolution-ACK': 0x05,
  'Virtual-Address-Resolution': 0x06,
  'Virtual-Address-Resolution-ACK': 0x07,
  'Forwarded-NPDU': 0x08,
  'Register-Foreign-Device': 0x09,
  'Delete-Foreign-Device-Table-Entry': 0x0a,
  'Secure-BVLL': 0x0b,
  'Distribute-Broadcast-To-Network': 0x0c,
} as const

/** The standard's name of a BVLL message of BACnet/IPv6; also the `_tag` of its decoded value. */
export type Bvll6FunctionName = keyof typeof Bvll6Function

/** The code of a BVLC-Result (section 3.1). Codes that are not here may come; they mean nothing. */
export const Bvll6ResultCode = {
  SUCCESS: 0x0000,
  ADDRESS_RESOLUTION_NAK: 0x0030,
  VIRTUAL_ADDRESS_RESOLUTION_NAK: 0x0060,
  REGISTER_NAK: 0x0090,
  DELETE_FDT_ENTRY_NAK: 0x00a0,
  DISTRIBUTE_NAK: 0x00c0,
} as const

/** The requests that anybody refuses who is no BBMD, or that are malformed. Resolutions are not: silence is due there. */
export type Bvll6RequestName =
  'Register-Foreign-Device' | 'Delete-Foreign-Device-Table-Entry' | 'Distribute-Broadcast-To-Network'

/** With which code each of them is refused: the function code times sixteen, unlike in BACnet/IP. */
export const NAK6_OF: Readonly<Record<Bvll6RequestName, number>> = {
  'Register-Foreign-Device': Bvll6ResultCode.REGISTER_NAK,
  'Delete-Foreign-Device-Table-Entry': Bvll6ResultCode.DELETE_FDT_ENTRY_NAK,
  'Distribute-Broadcast-To-Network': Bvll6ResultCode.DISTRIBUTE_NAK,
}
