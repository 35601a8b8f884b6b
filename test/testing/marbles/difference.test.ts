import { describe, expect, it } from 'vitest'
import { firstDifference } from '../../../src/testing/marbles/difference.js'

describe('the first difference of two values', () => {
  it.each([
    ['empty objects', {}, {}],
    ['an object without a prototype and one with', Object.create(null), {}],
    ['a field that is undefined and none', { a: undefined }, {}],
  ])('is none for %s', (_, one, other) => {
    expect(firstDifference(one, other)).toBeUndefined()
  })

  it.each([
    ['URLs', new URL('http://a.example'), new URL('http://b.example')],
    ['buffers', new ArrayBuffer(1), new ArrayBuffer(2)],
    ['promises', Promise.resolve(1), Promise.resolve(2)],
  ])('is there for %s, which keep what they are to themselves', (_, one, other) => {
    expect(firstDifference(one, other)).toMatch(/^expected /)
    expect(firstDifference(one, one)).toBeUndefined()
  })
})
