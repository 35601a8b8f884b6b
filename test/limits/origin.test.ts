import { describe, expect, it } from 'vitest'
import { makesRoom } from '../../src/limits/crowd.js'
import { originOf } from '../../src/limits/origin.js'

describe('the origin of a connection', () => {
  it.each([
    ['192.0.2.7:50123', '192.0.2.7'],
    ['own node', 'own node'],
    ['[2001:db8:1:2:3:4:5:6]:50123', '2001:db8:1:2::/64'],
    ['[2001:db8:1:2::6]:50123', '2001:db8:1:2::/64'],
    ['[2001:0db8:0001:0002::]:50123', '2001:db8:1:2::/64'],
    ['[2001:db8::1]:50123', '2001:db8:0:0::/64'],
    ['[::1]:50123', '0:0:0:0::/64'],
    ['[fe80::1%eth0]:50123', 'fe80:0:0:0::/64'],
    ['[64:ff9b::192.0.2.7]:50123', '64:ff9b:0:0::/64'],
  ])('%s is %s', (address, origin) => {
    expect(originOf(address)).toBe(origin)
  })
})

describe('who makes room in a full waiting room', () => {
  const roomFor = (waiting: readonly string[], newcomer: string): string | undefined =>
    makesRoom(waiting, name => name.charAt(0), newcomer)

  it('is the one that has waited longest of the origin that has most', () => {
    expect(roomFor(['b1', 'a1', 'a2', 'b2', 'a3'], 'c')).toBe('a1')
  })

  it('is nobody, when the newcomer comes from there', () => {
    expect(roomFor(['b1', 'a1', 'a2', 'b2', 'a3'], 'a')).toBeUndefined()
  })

  it('is nobody, when the newcomer has as many already', () => {
    expect(roomFor(['a1', 'b1', 'a2', 'b2'], 'b')).toBeUndefined()
    expect(roomFor(['a1', 'b1', 'a2'], 'b')).toBe('a1')
  })
})
