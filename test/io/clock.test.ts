import { describe, expect, it } from 'vitest'
import { steadyScheduler } from '../../src/io/clock.js'
import { atTurnEnd } from '../../src/io/turn.js'

const spin = (milliseconds: number): void => {
  const end = performance.now() + milliseconds
  while (performance.now() < end);
}

describe('the steady clock', () => {
  it('stands still in a turn of the event loop, microtasks and all, and goes on in the next', async () => {
    const began = steadyScheduler.now()
    spin(2)
    await Promise.resolve()
    expect(steadyScheduler.now()).toBe(began)
    await new Promise(setImmediate)
    expect(steadyScheduler.now()).toBeGreaterThanOrEqual(began + 2)
  })

  it('is right when a timer fires, however long nothing happened before', async () => {
    const began = steadyScheduler.now()
    await new Promise<void>(resolve => void steadyScheduler.schedule(() => resolve(), 20))
    expect(steadyScheduler.now()).toBeGreaterThanOrEqual(began + 19)
    expect(steadyScheduler.now()).toBeLessThanOrEqual(performance.timeOrigin + performance.now())
  })
})

describe('the end of a turn', () => {
  it('comes once for all who asked, in the order in which they did, and again for what is asked for then', async () => {
    const done: string[] = []
    atTurnEnd(() => {
      done.push('first')
      atTurnEnd(() => done.push('of the next turn'))
    })
    atTurnEnd(() => done.push('second'))
    expect(done).toEqual([])
    await new Promise(setImmediate)
    expect(done).toEqual(['first', 'second'])
    await new Promise(setImmediate)
    expect(done).toEqual(['first', 'second', 'of the next turn'])
  })
})
