import { NEVER } from 'rxjs'
import { describe, it } from 'vitest'
import { npdus, seconds, type Vmac } from 'rx-bacnet'
import { heard, iAm, marbles } from 'rx-bacnet/testing'
import { watchdog } from './watchdog.js'

const values = { s: 'silent', b: 'back' }

describe('watchdog', () => {
  it('tells silence once, and who is back', () => {
    marbles(({ hot, expectMarbles, expectSubscriptions }) => {
      const value$ = hot('-v--v-----------v---v')
      expectMarbles(value$.pipe(watchdog(seconds(5))), '^--------------------!').toBe('---------s------b----', values)
      expectSubscriptions(value$).toBe('^--------------------!')
    })
  })

  it('does not wait for the first value for ever', () => {
    marbles(({ hot, expectMarbles }) => {
      expectMarbles(hot('---------v').pipe(watchdog(seconds(5))), '^----------!').toBe('-----s---b', values)
    })
  })

  it('is calm at the very instant that its patience ends, if the value came first', () => {
    marbles(({ hot, expectMarbles }) => {
      expectMarbles(hot('-----v----v').pipe(watchdog(seconds(5))), '^----------!').toBe('----------')
    })
  })

  it('completes and fails with what it watches', () => {
    marbles(({ cold, expectMarbles }) => {
      expectMarbles(cold('v-|').pipe(watchdog(seconds(5)))).toBe('--|')
      expectMarbles(cold('v-#').pipe(watchdog(seconds(5)))).toBe('--#')
      expectMarbles(cold('v------|').pipe(watchdog(seconds(5)))).toBe('-----s-|', values)
    })
  })

  it('watches all that a link hears', () => {
    marbles(({ fakeLink, expectMarbles, expectSubscriptions }) => {
      const link = fakeLink<Vmac>('--i-----i', { i: heard(iAm(7), '02:00:00:00:00:07') })
      expectMarbles(NEVER.pipe(link, npdus(), watchdog(seconds(5))), '^---------!').toBe('-------sb', values)
      expectSubscriptions(link).toBe('^---------!')
    })
  })
})
