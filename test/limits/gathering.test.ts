import { describe, expect, it } from 'vitest'
import { gathering } from '../../src/limits/gathering.js'
import { seconds } from '../../src/values/duration.js'
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

  it('is told at once before an end in good order, and not again', () => {
    const { scheduler, advance } = clock()
    const told: (readonly [string, number])[] = []
    const { note, flush, close } = gathering<string>(
      scheduler,
      (item, count) => told.push([item, count]),
      item => ['coarse', item],
    )
    for (const item of ['first', 'second', 'third']) note('a', item)
    flush()
    flush()
    expect(told).toEqual([
      ['first', 1],
      ['third', 2],
    ])
    note('a', 'fourth')
    close()
    flush()
    advance(seconds(2))
    expect(told).toHaveLength(2)
  })
})
