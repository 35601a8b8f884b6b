import { describe, expect, it } from 'vitest'
import { alarm } from '../../src/machine/alarm.js'
import { ms, seconds } from '../../src/values/duration.js'
import { clock } from './clock.js'

const set = () => {
  const { scheduler, advance, running } = clock()
  const rung: number[] = []
  return { ...alarm(scheduler, () => rung.push(scheduler.now())), rung, advance, running }
}

describe('an alarm', () => {
  it('rings once, at the earliest time that it was given, and runs one timer for that', () => {
    const { by, rung, advance, running } = set()
    for (const at of [5000, 3000, 4000]) by(at)
    expect(running()).toBe(1)
    advance(seconds(10))
    expect(rung).toEqual([3000])
  })

  it('can be given another time after it has rung, or was stopped', () => {
    const { by, stop, rung, advance, running } = set()
    by(1000)
    stop()
    expect(running()).toBe(0)
    by(2000)
    advance(seconds(2))
    by(3000)
    advance(seconds(2))
    expect(rung).toEqual([2000, 3000])
  })

  it('rings at once where the time is over, and never at the end of all time', () => {
    const { by, rung, advance, running } = set()
    by(Infinity)
    expect(running()).toBe(0)
    advance(seconds(2))
    by(1000)
    advance(ms(0))
    expect(rung).toEqual([2000])
  })
})
