import { BvlcFunction, functionRule } from '../../wire/bvlc-function.js'
import {
  BROADCAST_KEY,
  destinationKey,
  hasDestination,
  hasOriginating,
  hasWholeAddresses,
  originatingKey,
  payloadLength,
} from '../../wire/hub-header.js'
import { u8 } from '../../wire/octets.js'
import type { HubDropReason } from './hub-event.js'
import type { HubTable, Member } from './hub-table.js'

/** Where a message from a connected node goes. */
export type Forwarding =
  | { readonly _tag: 'Unicast'; readonly to: Member }
  | { readonly _tag: 'Broadcast' }
  /** It has no destination: it is for the hub itself, as connection peer. */
  | { readonly _tag: 'ForHub' }
  /** A message that is `wellFormed` shows that its sender lives, even if it goes nowhere. */
  | { readonly _tag: 'Drop'; readonly reason: HubDropReason; readonly wellFormed: boolean }

const BROADCAST: Forwarding = { _tag: 'Broadcast' }
const FOR_HUB: Forwarding = { _tag: 'ForHub' }
const TOO_LONG: Forwarding = { _tag: 'Drop', reason: 'longer than the hub takes', wellFormed: false }
const MALFORMED: Forwarding = { _tag: 'Drop', reason: 'malformed', wellFormed: false }
const SPOOFED: Forwarding = { _tag: 'Drop', reason: 'spoofed originator', wellFormed: false }
const TO_SENDER: Forwarding = { _tag: 'Drop', reason: 'destination is the sender', wellFormed: true }
const UNKNOWN: Forwarding = { _tag: 'Drop', reason: 'unknown destination', wellFormed: true }

/**
 * Decides on a message from the raw octets (clause AB.5.3.2, 3.1 of the protocol notes), looking at its function,
 * flags and VMACs only. Functions that nobody knows are forwarded like others; those about a connection never are.
 */
export const forwarding = (
  message: Uint8Array,
  sender: Member,
  { byKey }: Pick<HubTable, 'byKey'>,
  maxBvlcLength: number,
): Forwarding => {
  if (message.length > maxBvlcLength) return TOO_LONG
  if (message.length < 4 || !hasDestination(message)) return FOR_HUB
  if (functionRule(u8(message, 0))?.connectionOnly === true) return FOR_HUB
  if (!hasWholeAddresses(message)) return MALFORMED
  if (hasOriginating(message) && originatingKey(message) !== sender.key) return SPOOFED
  const key = destinationKey(message)
  if (key === BROADCAST_KEY) return BROADCAST
  if (key === sender.key) return TO_SENDER
  const to = byKey.get(key)
  return to === undefined ? UNKNOWN : { _tag: 'Unicast', to }
}

/**
 * The length of the NPDU in a message; 0 when it has none that is measured. Asked once for a message, however many it goes
 * to: it may have thousands of options to step over.
 */
export const npduLength = (message: Uint8Array): number =>
  u8(message, 0) === BvlcFunction['Encapsulated-NPDU'] ? payloadLength(message) : 0

/** Whether a message, `length` octets after rewriting and `npdu` of them its NPDU, is what its destination said it takes. */
export const fits = (length: number, npdu: number, { identity }: Member): boolean =>
  length <= identity.maxBvlcLength && npdu <= identity.maxNpduLength
