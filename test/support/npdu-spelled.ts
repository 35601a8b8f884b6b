import { NetworkMessageType, RejectReason, type NetworkMessage } from '../../src/wire/network-message.js'
import type { Npdu } from '../../src/wire/npdu.js'
import type { SpelledNpdu } from './npdu-vectors.js'
import { toHex } from './vectors.js'

const PRIORITIES = { normal: 0, urgent: 1, 'critical-equipment': 2, 'life-safety': 3 } as const
const PRIORITY_NAMES = ['normal', 'urgent', 'criticalEquipment', 'lifeSafety'] as const

const REASON_TEXTS: Readonly<Record<number, string>> = {
  [RejectReason.OTHER]: 'other error',
  [RejectReason.NO_ROUTE]: 'not directly connected / no route',
  [RejectReason.BUSY]: 'router busy',
  [RejectReason.UNKNOWN_MESSAGE_TYPE]: 'unknown network message type',
  [RejectReason.TOO_LONG]: 'message too long',
  [RejectReason.SECURITY]: 'security error (obsolete)',
  [RejectReason.ADDRESSING]: 'addressing error',
}

/** An NPDU of ours, spelled out as the vectors do. */
export const spellOutNpdu = ({
  content,
  priority,
  expectingReply,
  destination,
  source,
  hopCount,
}: Npdu): SpelledNpdu => {
  const isMessage = content._tag !== 'Apdu'
  return {
    version: 1,
    control:
      (isMessage ? 0x80 : 0) |
      (destination ? 0x20 : 0) |
      (source ? 0x08 : 0) |
      (expectingReply ? 0x04 : 0) |
      PRIORITIES[priority],
    expectingReply,
    priority: PRIORITY_NAMES[PRIORITIES[priority]],
    ...(destination && { destination, hopCount }),
    ...(source && { source }),
    ...(isMessage ? spellOutMessage(content) : { apdu: toHex(content.apdu) }),
  }
}

const spellOutMessage = (message: NetworkMessage): Partial<SpelledNpdu> => {
  if (message._tag === 'Proprietary' || message._tag === 'Unknown') {
    return {
      messageType: message.type,
      messageName: 'proprietary',
      ...(message._tag === 'Proprietary' && { vendorId: message.vendorId }),
      data: toHex(message.data),
    }
  }
  const { _tag, ...fields } = message
  return { messageType: NetworkMessageType[_tag], messageName: _tag, ...spellOutFields(fields) }
}

const spellOutFields = (fields: object): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]): [string, unknown][] => {
      switch (name) {
        case 'network':
          return [[name, value ?? null]]
        case 'reason':
          return [
            [name, value],
            ['reasonText', REASON_TEXTS[value as number]],
          ]
        case 'isConfigured':
          return [['configured', value]]
        case 'rows':
          return [
            [
              'ports',
              (value as readonly { portInfo: Uint8Array }[]).map(row => ({ ...row, portInfo: toHex(row.portInfo) })),
            ],
          ]
        default:
          return [[name, value]]
      }
    }),
  )
