/** The function octet of each BVLL message of BACnet/IP (clause J.2, section 3 of the protocol notes). */
export const BvllFunction = {
  'BVLC-Result': 0x00,
  'Write-Broadcast-Distribution-Table': 0x01,
  'Read-Broadcast-Distribution-Table': 0x02,
  'Read-Broadcast-Distribution-Table-Ack': 0x03,
  'Forwarded-NPDU': 0x04,
  'Register-Foreign-Device': 0x05,
  'Read-Foreign-Device-Table': 0x06,
  'Read-Foreign-Device-Table-Ack': 0x07,
  'Delete-Foreign-Device-Table-Entry': 0x08,
  'Distribute-Broadcast-To-Network': 0x09,
  'Original-Unicast-NPDU': 0x0a,
  'Original-Broadcast-NPDU': 0x0b,
  'Secure-BVLL': 0x0c,
} as const

/** The standard's name of a BVLL message; also the `_tag` of its decoded value. */
export type BvllFunctionName = keyof typeof BvllFunction

/** The code of a BVLC-Result (section 3.1). Codes that are not here may come; they mean nothing. */
export const BvllResultCode = {
  SUCCESS: 0x0000,
  WRITE_BDT_NAK: 0x0010,
  READ_BDT_NAK: 0x0020,
  REGISTER_NAK: 0x0030,
  READ_FDT_NAK: 0x0040,
  DELETE_FDT_ENTRY_NAK: 0x0050,
  DISTRIBUTE_NAK: 0x0060,
} as const

/** The requests that can be refused. */
export type BvllRequestName =
  | 'Write-Broadcast-Distribution-Table'
  | 'Read-Broadcast-Distribution-Table'
  | 'Register-Foreign-Device'
  | 'Read-Foreign-Device-Table'
  | 'Delete-Foreign-Device-Table-Entry'
  | 'Distribute-Broadcast-To-Network'

/** With which code each of them is refused: there is no pattern in it. */
export const NAK_OF: Readonly<Record<BvllRequestName, number>> = {
  'Write-Broadcast-Distribution-Table': BvllResultCode.WRITE_BDT_NAK,
  'Read-Broadcast-Distribution-Table': BvllResultCode.READ_BDT_NAK,
  'Register-Foreign-Device': BvllResultCode.REGISTER_NAK,
  'Read-Foreign-Device-Table': BvllResultCode.READ_FDT_NAK,
  'Delete-Foreign-Device-Table-Entry': BvllResultCode.DELETE_FDT_ENTRY_NAK,
  'Distribute-Broadcast-To-Network': BvllResultCode.DISTRIBUTE_NAK,
}
