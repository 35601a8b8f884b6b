import { concat, delay, map, NEVER, of } from 'rxjs'
import { describe, it } from 'vitest'
import { encodeWhoIs, globalBroadcast, ms, type AnyLink, type BipAddress, type Vmac } from 'rx-bacnet'
import { heard, iAm, marbles, virtualIpNetwork } from 'rx-bacnet/testing'
import { devices, type DevicesOptions } from './devices.js'

const whoIs = globalBroadcast(encodeWhoIs())
const a = heard<Vmac>(iAm(1), '02:00:00:00:00:0a')
const b = heard<Vmac>(iAm(2), '02:00:00:00:00:0b')

/** What is found and lost, as capital and small letters. */
const news = (link: AnyLink<Vmac>, options?: DevicesOptions) =>
  devices(link, options).pipe(
    map(({ _tag, device }) => String.fromCharCode((_tag === 'Found' ? 64 : 96) + device.iAm.deviceInstance)),
  )

describe('devices', () => {
  it('asks each minute, and tells each device once', () => {
    marbles(
      ({ fakeLink, expectMarbles, expectSent, expectSubscriptions }) => {
        const link = fakeLink<Vmac>('-a--a--(ab)-b', { a, b })
        expectMarbles(news(link), '^-----------!').toBe('-A-----B----')
        expectSent(link).toBe('w-----w-----', { w: whoIs })
        expectSubscriptions(link).toBe('^-----------!')
      },
      { column: '10 s' },
    )
  })

  it('tells when a device has been silent for long, and when it is back', () => {
    marbles(
      ({ fakeLink, expectMarbles }) => {
        const link = fakeLink<Vmac>('-a-a------a', { a })
        expectMarbles(news(link), '^------------!').toBe('-A------a-A--')
      },
      { column: '30 s' },
    )
  })

  it('believes the first of two that say they are the same device, until it is gone', () => {
    const forged = heard<Vmac>(iAm(1), '02:00:00:00:66:66')
    marbles(
      ({ fakeLink, expectMarbles }) => {
        const link = fakeLink<Vmac>('-afffffff', { a, f: forged })
        expectMarbles(news(link), '^-------!').toBe('-A----aA')
      },
      { column: '30 s' },
    )
  })

  it('keeps a bounded number of devices, whatever floods it', () => {
    marbles(
      ({ fakeLink, expectMarbles }) => {
        const strangers = Object.fromEntries(
          Array.from('cdefghijklmnop', symbol => [
            symbol,
            heard<Vmac>(iAm(symbol.charCodeAt(0) - 96), '02:00:00:00:66:66'),
          ]),
        )
        const link = fakeLink<Vmac>('a(cdefghijklmnop)a----(bcd)', { a, b, ...strangers })
        expectMarbles(news(link, { atMost: 3 }), '^--------!').toBe('A(CD)----(cd)(BCa)')
      },
      { column: '30 s' },
    )
  })

  it('passes over what nobody can read', () => {
    marbles(({ fakeLink, expectMarbles }) => {
      const wrong = {
        n: heard<Vmac>(Uint8Array.of(), '02:00:00:00:00:0a'),
        v: heard<Vmac>(Uint8Array.of(2, 0, 16, 0), '02:00:00:00:00:0a'),
        t: heard<Vmac>(iAm(1).npdu.subarray(0, 9), '02:00:00:00:00:0a'),
      }
      expectMarbles(news(fakeLink('nvt-a', { ...wrong, a })), '^----!').toBe('----A')
    })
  })

  it('ends, and fails, with its link', () => {
    marbles(({ fakeLink, expectMarbles, expectSubscriptions }) => {
      const link = fakeLink<Vmac>('-a--#', { a }, { error: new Error('EADDRINUSE') })
      expectMarbles(news(link)).toBe('-A--#', undefined, new Error('EADDRINUSE'))
      expectSubscriptions(link).toBe('^---!')
    })
  })

  it('works on a network', () => {
    marbles(({ scheduler, start, expectMarbles }) => {
      const network = virtualIpNetwork(scheduler, { latency: ms(1000) })
      start(concat(of(iAm(7)), NEVER).pipe(delay(1000), network.port({ bind: '10.0.1.7' })))
      const found$ = devices<BipAddress>(network.port({ bind: '10.0.1.1' }))
      expectMarbles(found$.pipe(map(({ device }) => device.source)), '^----!').toBe('--d--', { d: '0a000107bac0' })
    })
  })
})
