import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CROSSING, unconfirmed } from '../../../src/sc/connection/unconfirmed.js'

/** Something sent or heard, so long after what was before it. */
const happening = fc.record({ is: fc.constantFrom('sent', 'heard'), after: fc.integer({ min: 0, max: 3000 }) })

describe('messages that a peer may not have read', () => {
  it('are all that were sent, before the peer was heard', () => {
    const unread = unconfirmed()
    for (const now of [0, 10, 50_000, 900_000]) unread.sent(now)
    expect(unread.count()).toBe(4)
  })

  it('are those sent since it was last heard, when nothing crossed with that', () => {
    const unread = unconfirmed()
    for (const now of [0, 10, 500]) unread.sent(now)
    unread.heard(5000)
    expect(unread.count()).toBe(0)
    unread.sent(5001)
    expect(unread.count()).toBe(1)
  })

  it('are those, too, that may have crossed with what it said', () => {
    const unread = unconfirmed()
    unread.sent(0)
    unread.sent(4500)
    unread.heard(5000)
    expect(unread.count()).toBe(1)
  })

  it('are never fewer than those sent within a second before it was last heard, nor more than those of three seconds', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 60 }), happenings => {
        const unread = unconfirmed()
        const sent: number[] = []
        let now = 0
        let heard = -Infinity
        for (const { is, after } of happenings) {
          now += after
          unread[is](now)
          if (is === 'sent') sent.push(now)
          else heard = now
        }
        const since = (time: number): number => sent.filter(at => at > time).length
        expect(unread.count()).toBeGreaterThanOrEqual(since(heard - CROSSING))
        expect(unread.count()).toBeLessThanOrEqual(since(heard - 3 * CROSSING))
      }),
    )
  })
})
