import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CROSSING, noneUnconfirmed, noteHeard, noteSent } from '../../../src/sc/connection/unconfirmed.js'

/** Something sent or heard, so long after what was before it. */
const happening = fc.record({ is: fc.constantFrom('sent', 'heard'), after: fc.integer({ min: 0, max: 3000 }) })

describe('messages that a peer may not have read', () => {
  it('are all that were sent, before the peer was heard', () => {
    const unconfirmed = noneUnconfirmed()
    for (const now of [0, 10, 50_000, 900_000]) noteSent(unconfirmed, now)
    expect(unconfirmed.count).toBe(4)
  })

  it('are those sent since it was last heard, when nothing crossed with that', () => {
    const unconfirmed = noneUnconfirmed()
    for (const now of [0, 10, 500]) noteSent(unconfirmed, now)
    noteHeard(unconfirmed, 5000)
    expect(unconfirmed.count).toBe(0)
    noteSent(unconfirmed, 5001)
    expect(unconfirmed.count).toBe(1)
  })

  it('are those, too, that may have crossed with what it said', () => {
    const unconfirmed = noneUnconfirmed()
    noteSent(unconfirmed, 0)
    noteSent(unconfirmed, 4500)
    noteHeard(unconfirmed, 5000)
    expect(unconfirmed.count).toBe(1)
  })

  it('are soon confirmed again after the clock was set back', () => {
    const unconfirmed = noneUnconfirmed()
    noteSent(unconfirmed, 3_600_000)
    for (let now = 0; now < 10_000; now += 100) noteSent(unconfirmed, now)
    noteHeard(unconfirmed, 20_000)
    expect(unconfirmed.count).toBe(0)
  })

  it('are never fewer than those sent within a second before it was last heard, nor more than those of three seconds', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 60 }), happenings => {
        const unconfirmed = noneUnconfirmed()
        const sent: number[] = []
        let now = 0
        let heard = -Infinity
        for (const { is, after } of happenings) {
          now += after
          if (is === 'sent') {
            noteSent(unconfirmed, now)
            sent.push(now)
          } else {
            noteHeard(unconfirmed, now)
            heard = now
          }
        }
        const since = (time: number): number => sent.filter(at => at > time).length
        expect(unconfirmed.count).toBeGreaterThanOrEqual(since(heard - CROSSING))
        expect(unconfirmed.count).toBeLessThanOrEqual(since(heard - 3 * CROSSING))
      }),
    )
  })
})
