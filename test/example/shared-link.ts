import { ignoreElements, merge, share, Subject, tap, type Observable } from 'rxjs'
import type { Duplex } from 'rx-bacnet'

/**
 * One link for several operators: opened by the first that subscribes, dropped when the last has gone. All hear all. What
 * goes in never completes it.
 */
export const sharedLink = <Out, In>(link: Duplex<Out, In>): Duplex<Out, In> => {
  const sent$ = new Subject<Out>()
  const event$: Observable<In> = sent$.pipe(link, share())
  return outbound$ =>
    merge(
      event$,
      outbound$.pipe(
        tap(sent => sent$.next(sent)),
        ignoreElements(),
      ),
    )
}
