import * as E from 'fp-ts/lib/Either.js'
import { asyncScheduler, ignoreElements, Observable, Subject, type Subscriber } from 'rxjs'
import { asking } from '../../link/asking.js'
import type { Duplex } from '../../link/duplex.js'
import { endingWithin } from '../../link/ending-within.js'
import type { NetworkLink } from '../../network/link/network-link.js'
import type { Duration } from '../../values/duration.js'
import type { Report } from '../output.js'
import type { Service } from '../service.js'
import type { JsonObject } from '../stdin-command.js'

/** A port of a box, made of its options: opened once, be it alone or by the router. */
export interface OpenedPort {
  /** Runs it alone, until `end$` completes and it has ended; what it tells goes to `tell`. Errors where the port does. */
  readonly alone: (end$: Observable<never>) => Observable<never>
  /** The link that a router opens; `undefined` for a hub. It tells nothing of the NPDUs that are the router's. */
  readonly link: NetworkLink | undefined
  /** Does what stdin asks of it, or says what is wrong with that; an answer of its own comes at once. */
  readonly onCommand: (command: JsonObject) => E.Either<string, Report | undefined>
  /** Whether it tells `listening`. */
  readonly listens: boolean
  readonly check: () => void
  readonly patience: Duration
}

interface Tagged {
  readonly _tag: string
}

/** The port that a service is; `over` makes a link of the network layer of it. */
export const openedPort = <Out extends object, In extends Tagged>(
  { duplex, reports, onCommand, listens, check, patience }: Service<Out, In>,
  over: ((link: Duplex<Out, In>) => NetworkLink) | undefined,
  tell: (report: Report) => void,
): OpenedPort => {
  const request$ = new Subject<Out>()
  const requests = new WeakSet<object>()
  const bounded = asking(endingWithin(duplex, patience, asyncScheduler), request$)
  const isAsked = (event: In): boolean => isDropped(event) && requests.has(event.outbound)

  /** Runs it, and tells what it tells; `hand` hands on what is for its owner, and says whether that is all. */
  const running =
    (hand: (event: In, owner: Subscriber<In>) => boolean): Duplex<Out, In> =>
    outbound$ =>
      new Observable(owner => {
        const event$ = new Subject<In>()
        owner.add(event$.pipe(reports).subscribe(tell))
        owner.add(
          bounded(outbound$).subscribe({
            next: event => {
              if (!hand(event, owner)) event$.next(event)
            },
            error: (error: unknown) => owner.error(error),
            complete: () => owner.complete(),
          }),
        )
      })

  const alone = running(() => false)
  const routed = running((event, router) => {
    if (event._tag !== 'Npdu' && isAsked(event)) return false
    router.next(event)
    return event._tag === 'Npdu' || isUnsentNpdu(event)
  })
  return {
    alone: end$ => alone(end$).pipe(ignoreElements()),
    link: over?.(routed),
    onCommand: command => {
      const outcome = onCommand(command)
      if (E.isLeft(outcome)) return outcome
      if (outcome.right._tag === 'Answer') return E.right(outcome.right.report)
      requests.add(outcome.right.outbound)
      request$.next(outcome.right.outbound)
      return E.right(undefined)
    },
    listens,
    check,
    patience,
  }
}

const isDropped = (event: Tagged): event is Tagged & { readonly outbound: Tagged } => event._tag === 'Dropped'

const isUnsentNpdu = (event: Tagged): boolean => isDropped(event) && event.outbound._tag === 'Npdu'
