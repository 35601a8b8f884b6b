import { RejectReason, type RejectMessageToNetwork } from '../../wire/network-message.js'
import { neighbourOf, type MessageContext } from './message-context.js'
import { sourceOf } from '../transit/source.js'
import type { HeardNpdu } from '../transit/transit.js'

/**
 * A router could not carry something on: what is known of that network changes where it is reached through him. A router
 * takes it for unreachable for a while, unless somebody says otherwise (section 4.5 of the protocol notes); another node
 * forgets who routes there, and asks again (section 3).
 */
export const learnFromReject = (
  { isRouter, table }: Pick<MessageContext, 'isRouter' | 'table'>,
  heard: HeardNpdu,
  { reason, network }: RejectMessageToNetwork,
): void => {
  const via = neighbourOf(heard)
  if (reason === RejectReason.BUSY) table.setBusy([network], via)
  if (reason === RejectReason.NO_ROUTE && table.setUnreachable(network, via) && !isRouter) table.forget(network)
}

/** The same, of what this node itself has sent, which is told. */
export const heardReject = (
  context: Pick<MessageContext, 'isRouter' | 'table' | 'notes'>,
  heard: HeardNpdu,
  message: RejectMessageToNetwork,
): void => {
  learnFromReject(context, heard, message)
  context.notes.rejected(message.network, message.reason, heard.port.name, sourceOf(heard))
}
