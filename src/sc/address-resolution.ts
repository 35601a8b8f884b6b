import { defer, filter, map, merge, NEVER, of, take, timer, type Observable, type SchedulerLike } from 'rxjs'
import type { Duration } from '../values/duration.js'
import type { Vmac } from '../values/vmac.js'
import { BvlcFunction } from '../wire/bvlc-function.js'
import type { AddressResolution, ScMessage } from '../wire/bvlc-sc.js'
import { ErrorCode, errorCodeName } from '../wire/error-code.js'
import { NO_OPTIONS } from '../wire/header-option.js'
import { cause, type Cause } from './cause.js'
import type { UnsentReason } from './peer.js'

/** The answer to an Address-Resolution, or why there is none (clause AB.3.3). */
export interface Resolved {
  readonly _tag: 'Resolved'
  readonly vmac: Vmac
  /** URIs at which that node accepts direct connections; `wss` only. Empty when it does not know them. */
  readonly uris: readonly string[]
  readonly error: Cause | undefined
}

/** The most URIs taken of one answer, and the longest of them: a hostile node could list thousands. */
const MAX_URIS = 16
const MAX_URI_LENGTH = 512

/**
 * Asks a node for the URIs at which it accepts direct connections. Completes after one answer, after `wait`, or when
 * `stop$` says that there will be none.
 */
export const resolveAddress = (
  to: Vmac,
  messageId: number,
  send: (message: AddressResolution) => UnsentReason | undefined,
  received$: Observable<ScMessage>,
  wait: Duration,
  scheduler: SchedulerLike,
  stop$: Observable<unknown> = NEVER,
): Observable<Resolved> => {
  const unresolved = (error: Cause): Resolved => ({ _tag: 'Resolved', vmac: to, uris: [], error })
  const answer$ = received$.pipe(
    filter(message => message.messageId === messageId && message.originating === to),
    map((message): Resolved | undefined => {
      if (message._tag === 'Address-Resolution-ACK') {
        return { _tag: 'Resolved', vmac: to, uris: usableUris(message.uris), error: undefined }
      }
      if (message._tag !== 'BVLC-Result' || message.nak === undefined) return undefined
      if (message.resultFor !== BvlcFunction['Address-Resolution']) return undefined
      return unresolved(cause(message.nak.errorCode, errorCodeName(message.nak.errorCode)))
    }),
    filter(resolved => resolved !== undefined),
  )
  const silence$ = timer(wait, scheduler).pipe(map(() => unresolved(cause(ErrorCode.TIMEOUT, 'no answer in time'))))
  const ask$ = defer(() => {
    const header = { messageId, originating: undefined, destination: to, destinationOptions: NO_OPTIONS }
    const reason = send({ _tag: 'Address-Resolution', ...header })
    return reason === undefined ? silence$ : of(unresolved(cause(ErrorCode.OTHER, `not sent: ${reason}`)))
  })
  const stopped$ = stop$.pipe(map(() => unresolved(cause(ErrorCode.OTHER, 'the link is closing'))))
  return merge(answer$, stopped$, ask$).pipe(take(1))
}

/** The URIs of an answer that somebody may dial: `wss`, not too long, not too many. */
export const usableUris = (uris: readonly string[]): readonly string[] =>
  uris.filter(uri => uri.length <= MAX_URI_LENGTH && /^wss:/i.test(uri)).slice(0, MAX_URIS)
