import { asyncScheduler, defer, filter, ignoreElements, map, ReplaySubject, Subject, type Observable } from 'rxjs'
import type { HeaderOption } from '../wire/header-option.js'
import type { Destination, Link, LinkEvent, OutboundNpdu, ReceivedNpdu, StatusChanged } from './link.js'

/** A link that is open: the handle form, for imperative callers. */
export interface OpenLink<Address extends string, Status, Request, Extra> {
  /** All that the link tells. Hot; errors where the link does, completes when it has ended. */
  readonly event$: Observable<LinkEvent<Address, Status, Request> | Extra>
  /** The NPDUs among them. Hot; errors and completes as `event$`. */
  readonly npdu$: Observable<ReceivedNpdu<Address>>
  /** How the link stands; the latest comes at once. Errors and completes as `event$`. */
  readonly status$: Observable<Status>
  /**
   * Sends an NPDU to one station or to all. Where it could not be sent, `event$` has it as `Dropped`; `false` when the
   * link has ended, so that there is nobody to tell.
   */
  readonly send: (npdu: Uint8Array, destination: Destination<Address>, dataOptions?: readonly HeaderOption[]) => boolean
  /** Hands on an outbound NPDU or a request of this kind of link; `false` when the link has ended. */
  readonly submit: (outbound: OutboundNpdu<Address> | Request) => boolean
  /** Ends in good order; resolves when the link has ended, rejects with its error. */
  readonly close: () => Promise<void>
}

/**
 * Opens a link at once and gives a handle on it.
 * An error of the link (bad configuration, port in use) errors the streams and rejects `close()`; one that nobody listens
 * for is thrown globally, as RxJS does with every unhandled error.
 */
export const open = <Address extends string, Status, Request, Extra extends { readonly _tag: string }>(
  link: Link<Address, Status, Request, Extra>,
): OpenLink<Address, Status, Request, Extra> => {
  type Outbound = OutboundNpdu<Address> | Request
  const outbound$ = new Subject<Outbound>()
  const event$ = new Subject<LinkEvent<Address, Status, Request> | Extra>()
  const latestStatus$ = new ReplaySubject<Status>(1)
  const end$ = new ReplaySubject<never>(1)
  let state: 'open' | 'closing' | 'ended' = 'open'
  let heard = false

  const hearing = <A>(source$: Observable<A>): Observable<A> =>
    defer(() => {
      heard = true
      return source$
    })
  const submit = (outbound: Outbound): boolean => {
    if (state === 'open') outbound$.next(outbound)
    else if (state === 'closing') event$.next({ _tag: 'Dropped', reason: 'the link is closing', outbound })
    return state !== 'ended'
  }
  /** Subscribed without an error handler, an error goes where RxJS sends unhandled ones. */
  const leaveUnheard = (): void => {
    asyncScheduler.schedule(() => {
      if (!heard) end$.subscribe()
    })
  }

  event$
    .pipe(
      filter(isStatus),
      map(({ status }) => status as StatusChanged<Status>['status']),
    )
    .subscribe(latestStatus$)
  event$.pipe(ignoreElements()).subscribe(end$)
  end$.subscribe({
    error: () => {
      state = 'ended'
      leaveUnheard()
    },
    complete: () => (state = 'ended'),
  })
  link(outbound$).subscribe(event$)
  return {
    event$: hearing(event$),
    npdu$: hearing(
      event$.pipe(filter((event): event is ReceivedNpdu<Address> & typeof event => event._tag === 'Npdu')),
    ),
    status$: hearing(latestStatus$),
    send: (npdu, destination, dataOptions) =>
      submit({ _tag: 'Npdu', npdu, destination, ...(dataOptions === undefined ? {} : { dataOptions }) }),
    submit,
    close: () =>
      new Promise((resolve, reject) => {
        hearing(end$).subscribe({ complete: resolve, error: reject })
        if (state === 'open') state = 'closing'
        outbound$.complete()
      }),
  }
}

const isStatus = (event: { readonly _tag: string }): event is StatusChanged<unknown> => event._tag === 'Status'
