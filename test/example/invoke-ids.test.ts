import { describe, expect, it } from 'vitest'
import { invokeIds } from './invoke-ids.js'

describe('invokeIds', () => {
  it('gives no two that are taken the same', () => {
    const ids = invokeIds()
    const all = Array.from({ length: 256 }, ids.take)
    expect(new Set(all).size).toBe(256)
    expect(ids.take()).toBeUndefined()
    ids.release(77)
    expect(ids.take()).toBe(77)
  })

  it('goes round, past those that are taken', () => {
    const ids = invokeIds()
    const waits = ids.take()
    const others = Array.from({ length: 256 }, () => {
      const id = ids.take()
      if (id !== undefined) ids.release(id)
      return id
    })
    expect(waits).toBe(1)
    expect(others.slice(0, 2)).toEqual([2, 3])
    expect(others.slice(-3)).toEqual([255, 0, 2])
  })
})
