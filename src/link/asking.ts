import { Observable } from 'rxjs'
import type { Duplex } from './duplex.js'

/**
 * Lets somebody else put things into a duplex besides who has it: an operator into a link that a router has. What goes in
 * is as long as what its owner puts in: when that completes, so does it, and requests are not heard any more. Requests that
 * complete end nothing; an error of theirs is one of what goes in.
 */
export const asking =
  <Out, In>(duplex: Duplex<Out, In>, request$: Observable<Out>): Duplex<Out, In> =>
  outbound$ =>
    duplex(
      new Observable(subscriber => {
        subscriber.add(
          request$.subscribe({
            next: request => subscriber.next(request),
            error: (error: unknown) => subscriber.error(error),
          }),
        )
        subscriber.add(outbound$.subscribe(subscriber))
      }),
    )
