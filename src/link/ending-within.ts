import { Observable, type SchedulerLike } from 'rxjs'
import type { Duration } from '../values/duration.js'
import type { Duplex } from './duplex.js'

/** Gives a duplex so long to end in good order, from when what goes in has completed; then it is dropped, and completes. */
export const endingWithin =
  <Out, In>(duplex: Duplex<Out, In>, patience: Duration, scheduler: SchedulerLike): Duplex<Out, In> =>
  outbound$ =>
    new Observable(subscriber => {
      const watched$ = new Observable<Out>(out =>
        outbound$.subscribe({
          next: outbound => out.next(outbound),
          error: (error: unknown) => out.error(error),
          complete: () => {
            subscriber.add(scheduler.schedule(() => subscriber.complete(), patience))
            out.complete()
          },
        }),
      )
      subscriber.add(duplex(watched$).subscribe(subscriber))
    })
