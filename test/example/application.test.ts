import { filter, map, mergeMap } from 'rxjs'
import { describe, it } from 'vitest'
import { encodeApdu, type Vmac } from 'rx-bacnet'
import { heard, iAm, marbles, npduOf } from 'rx-bacnet/testing'
import { devices } from './devices.js'
import type { AnyLink } from 'rx-bacnet'
import { pollValue } from './poll-value.js'
import { presentValue } from './present-value.js'
import { sharedLink } from './shared-link.js'

/** All together: finds devices, and polls a value of each, over one link. */
const values = (link: AnyLink<Vmac>) => {
  const shared = sharedLink(link)
  return devices(shared).pipe(
    filter(({ _tag }) => _tag === 'Found'),
    mergeMap(({ device }) =>
      pollValue(shared, device, presentValue(1)).pipe(
        map(reading => `${device.iAm.deviceInstance}: ${reading._tag === 'Value' ? reading.value : reading.reason}`),
      ),
    ),
  )
}

describe('an application', () => {
  it('finds devices and polls them over one link, which is opened and dropped once', () => {
    marbles(({ fakeLink, expectMarbles, expectSubscriptions }) => {
      const parameters = Uint8Array.from(Buffer.from('0c0000000119553e4441ac00003f', 'hex'))
      const apdu = encodeApdu({ _tag: 'Complex-ACK', segment: undefined, invokeId: 1, service: 12, parameters })
      const [one, two] = ['02:00:00:00:00:01', '02:00:00:00:00:02']
      const link = fakeLink<Vmac>('-a-A-b', {
        a: heard(iAm(1), one),
        A: heard(npduOf(apdu), one),
        b: heard(iAm(2), two),
      })
      expectMarbles(values(link), '^---------!').toBe('---A----B-', { A: '1: 21.5', B: '2: no answer' })
      expectSubscriptions(link).toBe('^---------!')
    })
  })
})
