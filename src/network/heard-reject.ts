import { RejectReason, type RejectMessageToNetwork } from '../wire/network-message.js'
import { neighbourOf, type MessageContext } from './message-context.js'
import { sourceOf } from './source.js'
import type { HeardNpdu } from './transit.js'

/**
 * A router could not carry on what was sent from here: what is known of that network changes where it is reached through
 * him (section 4.5 of the protocol notes).
 */
export const heardReject = (
  { table, tell }: Pick<MessageContext, 'table' | 'tell'>,
  heard: HeardNpdu,
  { reason, network }: RejectMessageToNetwork,
): void => {
  if (reason === RejectReason.NO_ROUTE) table.setUnreachable(network, neighbourOf(heard))
  if (reason === RejectReason.BUSY) table.setBusy([network], neighbourOf(heard))
  tell({ _tag: 'Rejected', network, reason, source: sourceOf(heard), port: heard.port.name })
}
