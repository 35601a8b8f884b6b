import { describe, expect, it } from 'vitest'
import { routingLab } from '../support/routing-lab.js'

describe('a routing table', () => {
  it('knows the networks of its ports, and who announced others', () => {
    const { setDirect, announced, port, via, list, told, find } = routingLab()
    expect([setDirect(port(2), 20), setDirect(port(1), 10)]).toEqual([true, true])
    expect([announced(200, via('2/b')), announced(100, via('1/a'))]).toEqual(['new', 'new'])
    const routes = [
      '10 via 1 reachable, direct',
      '20 via 2 reachable, direct',
      '100 via 1/a reachable, announced',
      '200 via 2/b reachable, announced',
    ]
    expect(list()).toEqual(routes)
    expect(told).toEqual([1, 0, 3, 2].map(n => `0 s: ${routes[n] ?? ''}`))
    expect(find(300)).toBeUndefined()
  })
})
