import {
  asyncScheduler,
  BehaviorSubject,
  concat,
  debounceTime,
  defer,
  EMPTY,
  finalize,
  ignoreElements,
  map,
  mergeMap,
  of,
  take,
  timer,
  type Observable,
  type SchedulerLike,
} from 'rxjs'
import {
  decodeNpdus,
  encodeWhoIs,
  globalBroadcast,
  iAms,
  npdus,
  seconds,
  sourceOf,
  type AnyLink,
  type DecodedNpdu,
  type Duration,
  type IAm,
} from 'rx-bacnet'

/** A device that has said I-Am. What `answer(device, …)` makes goes to it. */
export type Device<Address extends string> = Pick<DecodedNpdu<Address>, 'source' | 'decoded'> & { readonly iAm: IAm }

interface Known {
  readonly station: string
  readonly heard$: BehaviorSubject<void>
}

/** A device has come, or has not been heard of for long. */
export interface DeviceNews<Address extends string> {
  readonly _tag: 'Found' | 'Gone'
  readonly device: Device<Address>
}

/** Options of {@link devices}. */
export interface DevicesOptions {
  /** From one Who-Is to the next. Default 60 s. */
  readonly askEvery?: Duration
  /** A device that has said nothing for so long is gone. Default 150 s: then it has missed two. */
  readonly goneAfter?: Duration
  /** As many are kept; others are passed over until one of them is gone. Default 1000. */
  readonly atMost?: number
  readonly scheduler?: SchedulerLike
}

/**
 * Who is there: asks now and then, and tells who comes and who goes. Of several that say they are the same device, the first
 * counts until it is gone.
 */
export const devices = <Address extends string>(
  link: AnyLink<Address>,
  { askEvery = seconds(60), goneAfter = seconds(150), atMost = 1000, scheduler = asyncScheduler }: DevicesOptions = {},
): Observable<DeviceNews<Address>> =>
  defer(() => {
    const known = new Map<number, Known>()

    const hear = (device: Device<Address>): Observable<DeviceNews<Address>> => {
      const [instance, station] = [device.iAm.deviceInstance, stationOf(device)]
      const there = known.get(instance)
      if (there?.station === station) there.heard$.next()
      if (there !== undefined || known.size >= atMost) return EMPTY
      const heard$ = new BehaviorSubject<void>(undefined)
      known.set(instance, { station, heard$ })
      const silence$ = heard$.pipe(debounceTime(goneAfter, scheduler), take(1), ignoreElements())
      return concat(of(news('Found', device)), silence$, of(news('Gone', device))).pipe(
        finalize(() => known.delete(instance)),
      )
    }

    return timer(0, askEvery, scheduler).pipe(
      map(() => globalBroadcast(encodeWhoIs())),
      link,
      npdus<Address>(),
      decodeNpdus(),
      iAms(),
      mergeMap(hear),
    )
  })

const news = <Address extends string>(_tag: 'Found' | 'Gone', device: Device<Address>): DeviceNews<Address> => ({
  _tag,
  device,
})

/** Who sent something, whatever routers it passed: the same text for the same station. */
export const stationOf = (received: Pick<DecodedNpdu<string>, 'source' | 'decoded'>): string => {
  const { network, mac } = sourceOf(received)
  return `${network ?? 'here'} ${mac}`
}
