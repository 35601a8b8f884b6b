import { distinctUntilChanged, filter, interval, map, skip, startWith, type Observable, type SchedulerLike } from 'rxjs'
import { seconds } from '../values/duration.js'

/** How often a port looks for addresses that the system did not show, or that may have changed: nobody tells. */
const LOOK = seconds(10)

/** What is found at each look. */
export const looks$ = <Found>(look: () => Found, scheduler: SchedulerLike): Observable<Found> =>
  interval(LOOK, scheduler).pipe(map(look))

/** What is found at each look that finds anything, when it is not the same as before. */
export const changesOf$ = <Found>(
  first: Found,
  look: () => Found | undefined,
  areSame: (one: Found, other: Found) => boolean,
  scheduler: SchedulerLike,
): Observable<Found> =>
  looks$(look, scheduler).pipe(
    filter(found => found !== undefined),
    startWith(first),
    distinctUntilChanged(areSame),
    skip(1),
  )
