import * as E from 'fp-ts/lib/Either.js'
import { defer, filter, map, merge, of, take, timer, type Observable, type SchedulerLike } from 'rxjs'
import type { Duration } from '../../values/duration.js'
import { isPlaintextUri, parseScUri, type ScUri } from '../../values/sc-uri.js'
import type { Vmac } from '../../values/vmac.js'
import { BvlcFunction } from '../../wire/bvlc-function.js'
import type { AddressResolution, ScMessage } from '../../wire/bvlc-sc.js'
import { ErrorCode, errorCodeName } from '../../wire/error-code.js'
import { NO_OPTIONS } from '../../wire/header-option.js'
import { cause, type Cause } from '../connection/cause.js'
import type { UnsentReason } from '../connection/peer.js'

/** The answer to an Address-Resolution, or why there is none (clause AB.3.3). */
export interface Resolved {
  readonly _tag: 'Resolved'
  readonly vmac: Vmac
  /** URIs at which that node accepts direct connections. Empty when it does not know them. */
  readonly uris: readonly ScUri[]
  /** Why there are no URIs; `undefined` when the node answered with an Address-Resolution-ACK. */
  readonly cause: Cause | undefined
  /** Whether the node itself said so. */
  readonly outcome: 'answered' | 'silent' | 'not asked'
}

/** The most URIs taken of one answer, and the longest of them: a hostile node could list thousands. */
const MAX_URIS = 16
const MAX_URI_LENGTH = 512

/** What an Address-Resolution needs. */
export interface ResolutionOptions {
  readonly messageId: number
  /** Sends it, and says why it could not. */
  readonly send: (message: AddressResolution) => UnsentReason | undefined
  /** All that is received while it waits. */
  readonly received$: Observable<ScMessage>
  /** How long it waits. */
  readonly wait: Duration
  /** Says that there will be no answer. */
  readonly stop$: Observable<unknown>
  /** Whether URIs without TLS are taken. */
  readonly allowPlaintext: boolean
  readonly scheduler: SchedulerLike
}

/** Asks a node for the URIs at which it accepts direct connections. Cold. Completes after one value. */
export const resolveAddress = (
  to: Vmac,
  { messageId, send, received$, wait, stop$, allowPlaintext, scheduler }: ResolutionOptions,
): Observable<Resolved> => {
  const unresolved = (outcome: Resolved['outcome'], reason: Cause): Resolved => ({
    _tag: 'Resolved',
    vmac: to,
    uris: [],
    cause: reason,
    outcome,
  })
  const answer$ = received$.pipe(
    filter(message => message.messageId === messageId && message.originating === to),
    map((message): Resolved | undefined => {
      if (message._tag === 'Address-Resolution-ACK') {
        const uris = usableUris(message.uris, allowPlaintext)
        return { _tag: 'Resolved', vmac: to, uris, cause: undefined, outcome: 'answered' }
      }
      if (message._tag !== 'BVLC-Result' || message.nak === undefined) return undefined
      if (message.resultFor !== BvlcFunction['Address-Resolution']) return undefined
      return unresolved('answered', cause(message.nak.errorCode, errorCodeName(message.nak.errorCode)))
    }),
    filter(resolved => resolved !== undefined),
  )
  const silence$ = timer(wait, scheduler).pipe(
    map(() => unresolved('silent', cause(ErrorCode.TIMEOUT, 'no answer in time'))),
  )
  const ask$ = defer(() => {
    const header = { messageId, originating: undefined, destination: to, destinationOptions: NO_OPTIONS }
    const reason = send({ _tag: 'Address-Resolution', ...header })
    return reason === undefined ? silence$ : of(unresolved('not asked', cause(ErrorCode.OTHER, `not sent: ${reason}`)))
  })
  const stopped$ = stop$.pipe(map(() => unresolved('silent', cause(ErrorCode.OTHER, 'the link is closing'))))
  return merge(answer$, stopped$, ask$).pipe(take(1))
}

/** The URIs of an answer that somebody may dial: `wss`, not too long, not too many. */
export const usableUris = (uris: readonly string[], allowPlaintext: boolean): readonly ScUri[] =>
  uris
    .flatMap(text => {
      const uri = text.length > MAX_URI_LENGTH ? E.left('too long') : parseScUri(text)
      return E.isRight(uri) && (allowPlaintext || !isPlaintextUri(uri.right)) ? [uri.right] : []
    })
    .slice(0, MAX_URIS)
