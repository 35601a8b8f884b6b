import {
  asyncScheduler,
  concat,
  distinctUntilChanged,
  EMPTY,
  endWith,
  map,
  of,
  skip,
  startWith,
  switchAll,
  timer,
  type OperatorFunction,
  type SchedulerLike,
} from 'rxjs'
import type { Duration } from 'rx-bacnet'

/**
 * Tells `silent` when nothing has come for so long, from the subscription on, and `back` with the next that comes. Completes
 * and fails with what is watched.
 */
export const watchdog =
  <T>(patience: Duration, scheduler: SchedulerLike = asyncScheduler): OperatorFunction<T, 'silent' | 'back'> =>
  watched$ => {
    const silence$ = timer(patience, scheduler).pipe(map(() => 'silent' as const))
    const life$ = concat(of('back' as const), silence$)
    return watched$.pipe(
      map(() => life$),
      startWith(life$),
      endWith(EMPTY),
      switchAll(),
      distinctUntilChanged(),
      // That it is there at first is no news.
      skip(1),
    )
  }
