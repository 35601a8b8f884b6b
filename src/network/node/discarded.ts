import { RejectReason } from '../../wire/network-message.js'
import type { Undone } from '../messages/message-context.js'
import type { Uncarried } from '../transit/carrier.js'
import type { DiscardReason } from '../transit/decision.js'
import { NO_ROUTE } from './search.js'

/** Why an NPDU that came in is discarded. */
export type Discarded =
  | DiscardReason
  | Uncarried
  | 'not an NPDU'
  | 'empty APDU'
  | 'malformed message'
  | 'too many broadcasts'
  | 'broadcast that comes back'
  | 'no route to that network'
  | 'router busy'
  | 'not an address of that network'
  | 'too much waits for routers'
  | Undone

/** What is in order, and only not for this node: nobody is told, as it may come all the time. */
export const COUNTED_ONLY: ReadonlySet<Discarded> = new Set<Discarded>([
  'not for this node',
  'back to where it came from',
  'may not pass to that port',
])

/** What is counted here of what whoever sent it is told with a reason. */
export const REJECTED: Readonly<Record<number, Discarded>> = {
  [RejectReason.NO_ROUTE]: NO_ROUTE,
  [RejectReason.BUSY]: 'router busy',
  [RejectReason.TOO_LONG]: 'too long for the link',
  [RejectReason.ADDRESSING]: 'not an address of that network',
}
