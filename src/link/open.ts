import { filter, ignoreElements, map, ReplaySubject, Subject, type Observable } from 'rxjs'
import type { Destination, Link, LinkEvent, OutboundNpdu, ReceivedNpdu, StatusChanged } from './link.js'

/** A link that is open: the handle form, for imperative callers. */
export interface OpenLink<Address extends string, Status, Out, In> {
  /** All that the link tells. Hot; errors where the link does, completes after {@link OpenLink.close}. */
  readonly event$: Observable<LinkEvent<Address, Status, Out> | In>
  /** The NPDUs among them. Hot. */
  readonly npdu$: Observable<ReceivedNpdu<Address>>
  /** How the link stands; the latest comes at once. */
  readonly status$: Observable<Status>
  /** Sends an NPDU to one station or to all; where it could not be sent, `event$` has it as `Dropped`. */
  readonly send: (npdu: Uint8Array, destination: Destination<Address>) => void
  /** Hands on an outbound NPDU or a request of this kind of link. */
  readonly submit: (outbound: OutboundNpdu<Address> | Out) => void
  /** Ends in good order; resolves when the link is gone. */
  readonly close: () => Promise<void>
}

/**
 * Opens a link at once and gives a handle on it.
 * An error of the link (bad configuration, port in use) errors the streams and rejects `close()`.
 */
export const open = <Address extends string, Status, Out, In extends { readonly _tag: string }>(
  link: Link<Address, Status, Out, In>,
): OpenLink<Address, Status, Out, In> => {
  const outbound$ = new Subject<OutboundNpdu<Address> | Out>()
  const event$ = new Subject<LinkEvent<Address, Status, Out> | In>()
  const status$ = new ReplaySubject<Status>(1)
  const end$ = new ReplaySubject<never>(1)
  event$
    .pipe(
      filter(isStatus),
      map(({ status }) => status as StatusChanged<Status>['status']),
    )
    .subscribe(status$)
  let closing = false
  const submit = (outbound: OutboundNpdu<Address> | Out): void => {
    if (closing) event$.next({ _tag: 'Dropped', reason: 'the link is closing', outbound })
    else outbound$.next(outbound)
  }
  event$.pipe(ignoreElements()).subscribe(end$)
  link(outbound$).subscribe(event$)
  return {
    event$: event$.asObservable(),
    npdu$: event$.pipe(filter((event): event is ReceivedNpdu<Address> & typeof event => event._tag === 'Npdu')),
    status$: status$.asObservable(),
    send: (npdu, destination) => submit({ _tag: 'Npdu', npdu, destination }),
    submit,
    close: () =>
      new Promise((resolve, reject) => {
        closing = true
        end$.subscribe({ complete: resolve, error: reject })
        outbound$.complete()
      }),
  }
}

const isStatus = (event: { readonly _tag: string }): event is StatusChanged<unknown> => event._tag === 'Status'
