import { defer, filter, map, merge, mergeMap, share, takeUntil, type Observable } from 'rxjs'
import type { AnyLink } from 'rx-bacnet'
import { devices, type Device } from './devices.js'
import { invokeIds } from './invoke-ids.js'
import { pollValue, type Reading } from './poll-value.js'
import { presentValue } from './present-value.js'
import { sharedLink } from './shared-link.js'

/** What came of reading an analogue input. */
export interface InputReading {
  readonly deviceInstance: number
  readonly input: number
  readonly reading: Reading<number>
}

/** All together: finds devices, and polls inputs of each for as long as it is there, over one link. */
export const application = <Address extends string>(
  link: AnyLink<Address>,
  inputs: readonly number[],
): Observable<InputReading> =>
  defer(() => {
    const shared = sharedLink(link)
    const news$ = devices(shared).pipe(share())
    const gone$ = news$.pipe(filter(({ _tag }) => _tag === 'Gone'))

    const readings = (device: Device<Address>): Observable<InputReading> => {
      const { deviceInstance } = device.iAm
      const options = { invokeIds: invokeIds() }
      return merge(
        ...inputs.map(input =>
          pollValue(shared, device, presentValue(input), options).pipe(
            map(reading => ({ deviceInstance, input, reading })),
          ),
        ),
      )
    }

    return news$.pipe(
      filter(({ _tag }) => _tag === 'Found'),
      mergeMap(({ device }) => {
        const itIsGone$ = gone$.pipe(filter(gone => gone.device.iAm.deviceInstance === device.iAm.deviceInstance))
        return readings(device).pipe(takeUntil(itIsGone$))
      }),
    )
  })
