import { concatMap, delay, EMPTY, filter, interval, map, merge, of, share, tap, timer, type Observable } from 'rxjs'
import type { NetworkEvent, ReceivedApdu } from '../../../src/network/event/network-event.js'
import { seconds } from '../../../src/values/duration.js'
import { CALM_FROM } from '../plan/small-plan.js'
import type { Spoil } from '../world/spoil.js'

/** What takes the place of an application. */
export type SpoiltApplication = NonNullable<Spoil['application']>

/** One host only. */
export const on =
  (where: string, spoilt: SpoiltApplication): SpoiltApplication =>
  (host, application, scheduler) =>
    host === where ? spoilt(host, application, scheduler) : application

/** Every so many APDUs, something else is heard. */
export const everyApdu =
  (nth: number, change: (event: ReceivedApdu) => readonly NetworkEvent[]): SpoiltApplication =>
  (_, application) =>
  outbound$ => {
    let count = 0
    return application(outbound$).pipe(
      concatMap(event => (event._tag === 'Apdu' && ++count % nth === 0 ? of(...change(event)) : of(event))),
    )
  }

/** All that one station hears is heard by another as well. */
export const sharedEar = (ear: string, other: string): SpoiltApplication => {
  let heard$: Observable<NetworkEvent> = EMPTY
  return (host, application) => {
    if (host === ear) {
      return outbound$ => {
        heard$ = application(outbound$).pipe(share())
        return heard$
      }
    }
    return host === other
      ? outbound$ => merge(application(outbound$), heard$.pipe(filter(event => event._tag === 'Apdu')))
      : application
  }
}

/** One in three is given back, with a reason, once it is late in the run. */
export const lazyInTheCalm: SpoiltApplication = (_, application, scheduler) => outbound$ => {
  let count = 0
  const isLazy = (): boolean => scheduler.now() > CALM_FROM && ++count % 3 === 0
  const said$ = outbound$.pipe(
    map(outbound => ({ outbound, isLost: outbound._tag === 'Apdu' && isLazy() })),
    share(),
  )
  return merge(
    application(
      said$.pipe(
        filter(({ isLost }) => !isLost),
        map(({ outbound }) => outbound),
      ),
    ),
    said$.pipe(
      filter(({ isLost }) => isLost),
      map(({ outbound }) => ({ _tag: 'Dropped', reason: 'lazy', outbound }) as const),
    ),
  )
}

/** One in five of its own goes nowhere. */
export const losing: SpoiltApplication = (_, application) => outbound$ => {
  let count = 0
  return application(outbound$.pipe(filter(({ _tag }) => _tag !== 'Apdu' || ++count % 5 !== 0)))
}

/** All that is heard is read a moment later. */
export const readingLate: SpoiltApplication = (_, application, scheduler) => outbound$ =>
  application(outbound$).pipe(delay(1, scheduler))

/** Nothing is told of what was dropped or discarded, for reasons that are hidden. */
export const hiding =
  (isHidden: (told: Extract<NetworkEvent, { readonly _tag: 'Dropped' | 'Discarded' }>) => boolean): SpoiltApplication =>
  (_, application) =>
  outbound$ =>
    application(outbound$).pipe(
      filter(event => !((event._tag === 'Dropped' || event._tag === 'Discarded') && isHidden(event))),
    )

/** A timer runs for ever. */
export const leavingTimer: SpoiltApplication = (_, application, scheduler) => outbound$ => {
  interval(60_000, scheduler).subscribe()
  return application(outbound$)
}

/** Whatever is heard sets a timer, which is soon over, but not ended with its owner. */
export const leavingShortTimers: SpoiltApplication = (_, application, scheduler) => {
  const setTimer = (): unknown => timer(seconds(30), scheduler).subscribe()
  return outbound$ => application(outbound$).pipe(tap(setTimer))
}

/** Who listens to what it is asked does so for ever. */
export const leavingEar: SpoiltApplication = (_, application) => outbound$ => {
  outbound$.subscribe()
  return application(outbound$)
}
