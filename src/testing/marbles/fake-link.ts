import { Observable, type SchedulerLike } from 'rxjs'
import type { Link, LinkEvent, OutboundNpdu } from '../../link/link.js'

/** How a fake link behaves. */
export interface FakeLinkOptions<Outbound, Status> {
  /** How it stands, which it tells first whenever it is opened. Default: it tells nothing. */
  readonly status?: Status
  /**
   * Why something that is sent comes back as `Dropped`, at the same instant but not within the call that sends it;
   * `undefined` lets it go. Default: all goes.
   */
  readonly drops?: (outbound: Outbound) => string | undefined
  /** How long it takes to end in good order once what is sent has completed, in milliseconds. Default 0. */
  readonly endsAfterMs?: number
}

/**
 * A link that hears what `event$` says, and has nobody to send to: the link of a test, for addresses of any kind. Ends with
 * `event$`, with what is sent into it, in good order, or with an error of either. Cold; `event$` is subscribed each time that
 * the link is opened. What is sent is seen with `trace`; within `marbles`, with `expectSent`.
 *
 * @param scheduler The clock, such as that of a `MarbleOperator`.
 */
export const fakeLinkOf =
  <
    Address extends string,
    Status = unknown,
    Request extends { readonly _tag: string } = never,
    Extra extends { readonly _tag: string } = never,
  >(
    event$: Observable<LinkEvent<Address, Status, Request> | Extra>,
    scheduler: SchedulerLike,
    { status, drops, endsAfterMs = 0 }: FakeLinkOptions<OutboundNpdu<Address> | Request, Status> = {},
  ): Link<Address, Status, Request, Extra> =>
  outbound$ =>
    new Observable(subscriber => {
      if (status !== undefined) subscriber.next({ _tag: 'Status', status })
      subscriber.add(event$.subscribe(subscriber))
      subscriber.add(
        outbound$.subscribe({
          next: outbound => {
            const reason = drops?.(outbound)
            if (reason === undefined) return
            subscriber.add(scheduler.schedule(() => subscriber.next({ _tag: 'Dropped', reason, outbound })))
          },
          error: (error: unknown) => subscriber.error(error),
          complete: () => subscriber.add(scheduler.schedule(() => subscriber.complete(), endsAfterMs)),
        }),
      )
    })
