import { RejectReason, type RejectMessageToNetwork } from '../../wire/network-message.js'
import { neighbourOf, type MessageContext } from './message-context.js'
import { sourceOf } from '../transit/source.js'
import type { HeardNpdu } from '../transit/transit.js'

/**
 * A router could not carry on what was sent from here: what is known of that network changes where it is reached through
 * him. A router takes it for unreachable until somebody says otherwise (section 4.5 of the protocol notes); another node
 * forgets who routes there, and asks again (section 3).
 */
export const heardReject = (
  { isRouter, table, notes }: Pick<MessageContext, 'isRouter' | 'table' | 'notes'>,
  heard: HeardNpdu,
  { reason, network }: RejectMessageToNetwork,
): void => {
  const via = neighbourOf(heard)
  if (reason === RejectReason.BUSY) table.setBusy([network], via)
  if (reason === RejectReason.NO_ROUTE && table.setUnreachable(network, via) && !isRouter) table.forget(network)
  notes.rejected(network, reason, heard.port.name, sourceOf(heard))
}
