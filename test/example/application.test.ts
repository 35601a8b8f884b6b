import { filter, map, merge } from 'rxjs'
import { describe, it } from 'vitest'
import { encodeApdu, type AnyLink, type Vmac } from 'rx-bacnet'
import { heard, iAm, marbles, npduOf } from 'rx-bacnet/testing'
import { application } from './application.js'

const DEVICE = '02:00:00:00:00:01'
const answered = (invokeId: number, object: Uint8Array) => {
  const parameters = Uint8Array.from([...object, ...Buffer.from('19553e4441ac00003f', 'hex')])
  const apdu = encodeApdu({ _tag: 'Complex-ACK', segment: undefined, invokeId, service: 12, parameters })
  return heard<Vmac>(npduOf(apdu), DEVICE)
}
const analogInput = (instance: number) => Uint8Array.of(0x0c, 0, 0, 0, instance)

const inWords = (link: AnyLink<Vmac>, ...inputs: readonly number[]) =>
  application(link, inputs).pipe(
    map(({ deviceInstance, input, reading }) => {
      return `${deviceInstance}, ${input}: ${reading._tag === 'Value' ? reading.value : reading.reason}`
    }),
  )

describe('an application', () => {
  it('finds devices and polls them over one link, which is opened and dropped once', () => {
    marbles(({ fakeLink, expectMarbles, expectSubscriptions }) => {
      const link = fakeLink<Vmac>('-a-A-b', {
        a: heard(iAm(1), DEVICE),
        A: answered(1, analogInput(1)),
        b: heard(iAm(2), '02:00:00:00:00:02'),
      })
      const values = { A: '1, 1: 21.5', B: '2, 1: no answer' }
      expectMarbles(inWords(link, 1), '^---------!').toBe('---A----B-', values)
      expectSubscriptions(link).toBe('^---------!')
    })
  })

  it('tells the answers of one device apart, in whatever order they come', () => {
    marbles(({ fakeLink, expectMarbles }) => {
      const link = fakeLink<Vmac>('-aYX', {
        a: heard(iAm(1), DEVICE),
        X: answered(1, analogInput(1)),
        Y: answered(2, analogInput(2)),
      })
      expectMarbles(inWords(link, 1, 2), '^------!').toBe('--YX', { X: '1, 1: 21.5', Y: '1, 2: 21.5' })
    })
  })

  it('polls no device that is gone, and one that is back once, not twice', () => {
    marbles(
      ({ hot, expectMarbles }) => {
        const iAm$ = hot('-a------------------a-------------------------a--------------------', {
          a: heard<Vmac>(iAm(1), DEVICE),
        })
        const link: AnyLink<Vmac> = outbound$ =>
          merge(
            iAm$,
            outbound$.pipe(
              filter(({ destination }) => destination !== 'broadcast'),
              map(({ npdu }) => answered(npdu[4] ?? -1, npdu.subarray(6, 11))),
            ),
          )
        expectMarbles(inWords(link, 1), '^------------------------------------------------------!').toBe(
          '-vvvvvvvvvvvvvvv----vvvvvvvvvvvvvvv-----------vvvvvvvvv',
          { v: '1, 1: 21.5' },
        )
      },
      { column: '10 s' },
    )
  })
})
