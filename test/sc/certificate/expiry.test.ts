import fc from 'fast-check'
import { VirtualTimeScheduler } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { expiryNotices } from '../../../src/sc/certificate/expiry.js'

const DAY = 86_400_000

const told = (expiresAt: number): readonly string[] => {
  const scheduler = new VirtualTimeScheduler()
  const seen: string[] = []
  expiryNotices([{ what: 'the CRL', subject: 'CN=lab', expiresAt }], scheduler).subscribe({
    next: ({ message }) => seen.push(`${(expiresAt - scheduler.now()) / DAY} ${message}`),
    complete: () => seen.push('end'),
  })
  scheduler.flush()
  return seen
}

describe('the end of a certificate or list', () => {
  it('is told years ahead of which no timer could wait in one piece', () => {
    expect(told(4000 * DAY)).toEqual([
      '30 the CRL of CN=lab expires in 30 days',
      '7 the CRL of CN=lab expires in 7 days',
      '1 the CRL of CN=lab expires in 1 day',
      '0 the CRL of CN=lab has expired',
      'end',
    ])
  })

  it('that is past is told at once, and once', () => {
    expect(told(-DAY)).toEqual(['-1 the CRL of CN=lab has expired', 'end'])
  })

  it('is told at most four times, the last time at the end, wherever it begins', () => {
    fc.assert(
      fc.property(fc.integer({ min: -DAY, max: 100 * DAY }), expiresAt => {
        const seen = told(expiresAt)
        expect(seen.length).toBeLessThanOrEqual(5)
        expect(seen.at(-2)).toMatch(/has expired$/)
      }),
      { numRuns: 50 },
    )
  })

  it('leaves no timer behind who stops listening', () => {
    const scheduler = new VirtualTimeScheduler()
    expiryNotices([{ what: 'the issuer', subject: 'CN=lab', expiresAt: 50 * DAY }], scheduler)
      .subscribe()
      .unsubscribe()
    scheduler.flush()
    expect(scheduler.now()).toBe(0)
  })
})
