import { describe, expect, it } from 'vitest'
import { ms, seconds } from '../../../src/values/duration.js'
import { routingLab } from '../../support/routing-lab.js'

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, n) => n + 1)

describe('the bounds of a routing table', () => {
  it('are 256 routes through one neighbour, and 1024 in all', () => {
    const { announced, via, size } = routingLab()
    const outcomes = upTo(2000).map(network => announced(network, via(`1/${Math.floor((network - 1) / 400)}`)))
    expect(outcomes.filter(outcome => outcome === 'new')).toHaveLength(1024)
    expect([outcomes[255], outcomes[256], outcomes[400], size()]).toEqual(['new', 'refused', 'new', 1024])
  })

  it('do not bound the networks of ports and configured routes, nor are spent by them', () => {
    const { announced, setDirect, setConfigured, port, via, way, size } = routingLab({ limits: { maxRoutes: 2 } })
    setDirect(port(1), 10)
    setConfigured([way('11 via 1/a'), way('12 via 1/a'), way('13 via 1/a')])
    expect([20, 21, 22].map(network => announced(network, via('1/a')))).toEqual(['new', 'new', 'refused'])
    setDirect(port(2), 30)
    expect(size()).toBe(7)
    setDirect(port(2), 20)
    expect(announced(22, via('1/a'))).toBe('new')
  })

  it('have the route make room that is unreachable for the longest time', () => {
    const { announced, seen, setUnreachable, via, list, told } = routingLab({ limits: { maxRoutes: 3 } })
    for (const network of [20, 30, 40]) announced(network, via('1/a'))
    for (const network of [30, 20]) setUnreachable(network, via('1/a'))
    told.length = 0
    expect([seen(50, via('2/a')), announced(60, via('2/a')), seen(70, via('2/a'))]).toEqual(['new', 'new', 'refused'])
    expect(list().map(text => text.slice(0, 2))).toEqual(['40', '50', '60'])
    expect(told).toEqual([
      '0 s: 30 via 1/a forgotten, announced',
      '0 s: 50 via 2/a reachable, seen',
      '0 s: 20 via 1/a forgotten, announced',
      '0 s: 60 via 2/a reachable, announced',
    ])
  })

  it('have for what is announced the route make room through which nobody was seen for the longest time', () => {
    const { announced, seen, via, list } = routingLab({ limits: { maxRoutes: 3 } })
    for (const network of [20, 30, 40]) seen(network, via('1/a'))
    seen(20, via('1/a'))
    expect([seen(50, via('2/a')), announced(60, via('2/a')), announced(70, via('2/a'))]).toEqual([
      'refused',
      'new',
      'new',
    ])
    expect(list().map(text => text.slice(0, 2))).toEqual(['20', '60', '70'])
  })

  it('have one neighbour make room for itself among its own', () => {
    const { announced, seen, setUnreachable, via, list } = routingLab({ limits: { maxPerRouter: 2 } })
    announced(20, via('1/b'))
    setUnreachable(20, via('1/b'))
    seen(30, via('1/b'))
    announced(40, via('1/a'))
    seen(50, via('1/a'))
    expect([announced(60, via('1/a')), announced(70, via('1/a'))]).toEqual(['new', 'refused'])
    setUnreachable(40, via('1/a'))
    expect(seen(70, via('1/a'))).toBe('new')
    expect(list()).toEqual([
      '20 via 1/b unreachable, announced',
      '30 via 1/b reachable, seen',
      '60 via 1/a reachable, announced',
      '70 via 1/a reachable, seen',
    ])
  })

  it('count the same address on two ports as two neighbours', () => {
    const { announced, via } = routingLab({ limits: { maxPerRouter: 1 } })
    expect([announced(20, via('1/a')), announced(30, via('2/a')), announced(40, via('1/a'))]).toEqual([
      'new',
      'new',
      'refused',
    ])
  })

  it('count a route to the neighbour that it leads through now', () => {
    const { announced, via, forget } = routingLab({ limits: { maxPerRouter: 1 } })
    announced(20, via('1/a'))
    announced(30, via('1/b'))
    expect(announced(20, via('1/b'))).toBe('refused')
    forget(30)
    expect([announced(20, via('1/b')), announced(40, via('1/a'))]).toEqual(['changed', 'new'])
  })
})

describe('a route that changes to and fro', () => {
  const flap = (lab: ReturnType<typeof routingLab>, times: number): readonly string[] =>
    upTo(times).map(n => lab.announced(20, lab.via(n % 2 === 0 ? '1/a' : '2/b')))

  it('is held for 60 s after five changes in 60 s, which is told once', () => {
    const lab = routingLab()
    lab.announced(20, lab.via('1/a'))
    expect(flap(lab, 9)).toEqual([...Array<string>(5).fill('changed'), 'refused', 'same', 'refused', 'same'])
    expect(lab.told.filter(text => text.includes('flaps'))).toEqual(['0 s: 20 flaps to 1/a'])
    lab.advance(ms(59_999))
    expect([lab.announced(20, lab.via('1/a')), lab.list()]).toEqual(['refused', ['20 via 2/b reachable, announced']])
    lab.advance(ms(1))
    expect(lab.announced(20, lab.via('1/a'))).toBe('changed')
  })

  it('begins anew after that', () => {
    const lab = routingLab()
    lab.announced(20, lab.via('1/a'))
    flap(lab, 6)
    lab.advance(seconds(60))
    expect(upTo(6).map(n => lab.announced(20, lab.via(n % 2 === 0 ? '2/b' : '1/a')))).toEqual([
      ...Array<string>(5).fill('changed'),
      'refused',
    ])
    expect(lab.told.filter(text => text.includes('flaps'))).toHaveLength(2)
  })

  it('may change for ever where it does so less often', () => {
    const lab = routingLab()
    lab.announced(20, lab.via('1/a'))
    for (let n = 1; n < 50; n++) {
      expect(lab.announced(20, lab.via(n % 2 === 0 ? '1/a' : '2/b'))).toBe('changed')
      lab.advance(seconds(12))
    }
  })

  it('is held for who is seen as well, and for no other network', () => {
    const lab = routingLab({ isRouter: false })
    const outcomes = upTo(8).map(n => lab.seen(20, lab.via(`1/${n}`)))
    expect(outcomes).toEqual(['new', ...Array<string>(5).fill('changed'), 'refused', 'refused'])
    expect([lab.seen(30, lab.via('1/a')), lab.seen(30, lab.via('1/b'))]).toEqual(['new', 'changed'])
  })

  it('may change while it is held when it leads nowhere', () => {
    const lab = routingLab()
    lab.announced(20, lab.via('1/a'))
    flap(lab, 6)
    lab.setUnreachable(20, lab.via('2/b'))
    expect(lab.announced(20, lab.via('1/a'))).toBe('changed')
    expect(lab.announced(20, lab.via('2/b'))).toBe('refused')
  })
})
