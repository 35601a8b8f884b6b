import { describe, expect, it } from 'vitest'
import { seconds } from '../../../src/values/duration.js'
import { clock } from '../../machine/clock.js'
import { formerHopsLab } from '../../support/former-hops-lab.js'

const WHO_IS_ROUTER_2 = '0180000002'

/** A neighbour 1 routes to networks 1 and 2, and then another one to network 1. */
const lab = () => {
  const { scheduler, advance, running } = clock()
  const asked: string[] = []
  const lost: number[] = []
  const made = formerHopsLab(
    scheduler,
    npdu => void asked.push(npdu),
    neighbour => void lost.push(neighbour),
  )
  made.says(1, 1)
  made.says(1, 2)
  made.says(2, 1)
  return { ...made, advance, running, asked, lost }
}

describe('a router that lost a network to another one', () => {
  it('is asked for one of those that it has still, and is lost where it says nothing', () => {
    const { advance, asked, lost, running } = lab()
    advance(seconds(1))
    expect([asked, lost]).toEqual([[WHO_IS_ROUTER_2], []])
    advance(seconds(2))
    expect([asked, lost, running()]).toEqual([[WHO_IS_ROUTER_2], [1], 0])
  })

  it('is there where it says that it routes anywhere', () => {
    const { advance, says, lost, running } = lab()
    advance(seconds(1))
    says(1, 3)
    expect(running()).toBe(0)
    advance(seconds(60))
    expect(lost).toEqual([])
  })

  it('is not asked where it has lost all by then', () => {
    const { advance, says, asked, lost, running } = lab()
    says(2, 2)
    advance(seconds(60))
    expect([asked, lost, running()]).toEqual([[], [], 0])
  })

  it('is not asked where somebody else asks for one of those, or for all, but not for another', () => {
    for (const [network, count] of [[2, 0] as const, [undefined, 0] as const, [9, 1] as const]) {
      const { advance, heardQuestion, port, asked, lost } = lab()
      heardQuestion(port, network)
      advance(seconds(60))
      expect([asked.length, lost]).toEqual([count, [1]])
    }
  })

  it('is asked 8 times at once, and then every 30 s, however many it loses', () => {
    const { advance, says, asked } = lab()
    for (let network = 101; network <= 133; network++) {
      advance(seconds(3))
      says(1, network)
      says(2, network)
    }
    advance(seconds(3))
    expect(asked.length).toBe(8 + 3)
  })

  it('leaves no timer behind where the port is down or removed, or all ends', () => {
    for (const end of ['shut', 'removed', 'close'] as const) {
      const made = lab()
      if (end === 'removed') made.removed(made.port)
      else made[end]()
      if (end === 'shut') made.advance(seconds(2))
      expect([made.asked, made.running()]).toEqual([[], 0])
    }
  })
})
