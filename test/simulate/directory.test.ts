import { describe, expect, it } from 'vitest'
import { smallPlan } from './plan/small-plan.js'
import { directory } from './world/directory.js'

const X = '020100000001'
const Y = 'a20100000002'

/** Who stood how on network 1, one second after the other. */
const noted = (...standings: readonly (readonly [host: string, mac: string | undefined, isUp: boolean])[]) => {
  const addresses = directory(smallPlan())
  standings.forEach(([host, mac, isUp], second) =>
    addresses.note({ _tag: 'Stands', at: second * 1000, host, network: 1, isUp, through: undefined, mac }),
  )
  return addresses
}

describe('who has which address', () => {
  it('is who was the last to be up with it', () => {
    const addresses = noted(['node-1-1', X, true], ['node-1-2', X, false])
    expect([addresses.macOf('node-1-1'), addresses.macOf('node-1-2')]).toEqual([X, undefined])
    const later = noted(['node-1-1', X, true], ['node-1-1', undefined, false], ['node-1-2', X, true])
    expect([later.macOf('node-1-1'), later.macOf('node-1-2')]).toEqual([undefined, X])
  })

  it('is whoever had it before, when that one takes another', () => {
    const addresses = noted(['node-1-1', X, true], ['node-1-2', X, true], ['node-1-2', Y, true])
    expect([addresses.macOf('node-1-1'), addresses.macOf('node-1-2')]).toEqual([X, Y])
  })

  it('is known for each moment', () => {
    const { hasHad } = noted(['node-1-1', X, true], ['node-1-1', undefined, false], ['node-1-1', Y, true])
    expect([0, 2000, 2001].map(since => hasHad('node-1-1', 1, X, since))).toEqual([true, true, false])
    expect([0, 5000].map(since => hasHad('node-1-1', 1, Y, since))).toEqual([true, true])
    expect(hasHad('node-1-2', 1, X, 0)).toBe(false)
  })
})
