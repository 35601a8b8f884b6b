import { expect, it } from 'vitest'
import { plainView } from '../../src/io/plain-view.js'

it('a view of what Node read is no Buffer, and copies nothing', () => {
  const chunk = Buffer.from('0011223344', 'hex').subarray(1)
  const view = plainView(chunk, 1, 3)
  expect(Buffer.isBuffer(view)).toBe(false)
  expect(view).toEqual(Uint8Array.of(0x22, 0x33))
  expect(plainView(chunk)).toEqual(Uint8Array.of(0x11, 0x22, 0x33, 0x44))
  chunk[1] = 0xff
  expect(view[0]).toBe(0xff)
})
