import { describe, expect, it } from 'vitest'
import { gathering } from '../../src/limits/gathering.js'
import { clock } from '../machine/clock.js'

describe('what is gathered', () => {
  it('is told no more after the end, and starts no timer', () => {
    const { scheduler, running } = clock()
    const told: string[] = []
    const { note, close } = gathering<string>(
      scheduler,
      item => {
        told.push(item)
        if (item === 'last') close()
      },
      item => ['coarse', item],
    )
    note('a', 'first')
    note('b', 'last')
    note('c', 'late')
    expect(told).toEqual(['first', 'last'])
    expect(running()).toBe(0)
  })
})
