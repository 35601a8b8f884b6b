import { Observable } from 'rxjs'

/**
 * One stream, and what another has to say while it lasts: completes with the first, errors with either. The other is
 * subscribed first, so that its error comes before anything has begun.
 */
export const alongside = <A, B>(main$: Observable<A>, other$: Observable<B>): Observable<A | B> =>
  new Observable(subscriber => {
    const error = (reason: unknown): void => subscriber.error(reason)
    subscriber.add(other$.subscribe({ next: value => subscriber.next(value), error }))
    if (!subscriber.closed) subscriber.add(main$.subscribe(subscriber))
  })
