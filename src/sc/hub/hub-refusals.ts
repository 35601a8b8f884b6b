import type { SchedulerLike } from 'rxjs'
import type { PeerIdentity } from '../../wire/bvlc-sc.js'
import type { Cause } from '../connection/cause.js'
import type { FailedRequest } from '../connection/failed-request.js'
import { gathering } from '../../limits/gathering.js'
import type { HubCounters, HubEvent } from './hub-event.js'
import { originOf } from '../../limits/origin.js'

type RefusedEvent = HubEvent & { readonly _tag: 'Refused' }

/** Counts every connection that did not become a node, and tells of them at a bearable pace. */
export interface RefusalLedger {
  readonly note: (address: string, reason: string) => void
  /** Notes the Connect-Request that was refused there; of one peer, at most one a second is told. */
  readonly noteRequest: (address: string, peer: PeerIdentity | undefined, cause: Cause) => void
  readonly counts: () => Pick<HubCounters, 'refused' | 'refusals'>
  /** Tells at once what is gathered. */
  readonly flush: () => void
  readonly close: () => void
}

/** The most reasons that are counted apart: some have words of the peer in them. */
const MAX_REASONS = 64

/** Under which further reasons are counted, and told of when very many addresses are refused at once. */
const OTHER = 'other reasons'

/** A ledger that tells the first refusal of an origin and reason at once, and gathers further ones for a second each. */
export const refusalLedger = (
  scheduler: SchedulerLike,
  tell: (event: RefusedEvent | FailedRequest) => void,
): RefusalLedger => {
  const totals = new Map<string, number>()
  let total = 0
  const refused = gathering<Omit<RefusedEvent, 'count'>>(
    scheduler,
    (refused, count) => tell({ ...refused, count }),
    () => [OTHER, { _tag: 'Refused', address: 'many addresses', reason: OTHER }],
  )
  const requests = gathering<FailedRequest>(scheduler, tell, request => [OTHER, request])
  return {
    note: (address, reason) => {
      total++
      const known = totals.has(reason) || totals.size < MAX_REASONS ? reason : OTHER
      totals.set(known, (totals.get(known) ?? 0) + 1)
      refused.note(`${originOf(address)} ${reason}`, { _tag: 'Refused', address, reason })
    },
    noteRequest: (address, peer, cause) => {
      const { vmac, uuid } = peer ?? {}
      const request: FailedRequest = { _tag: 'FailedRequest', address, vmac, uuid, cause }
      requests.note(`${originOf(address)} ${vmac ?? ''} ${uuid ?? ''} ${cause.errorCode}`, request)
    },
    counts: () => ({ refused: total, refusals: Object.fromEntries(totals) }),
    flush: () => {
      refused.flush()
      requests.flush()
    },
    close: () => {
      refused.close()
      requests.close()
    },
  }
}
