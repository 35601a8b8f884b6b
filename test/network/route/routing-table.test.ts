import { describe, expect, it, vi } from 'vitest'
import { ms, seconds } from '../../../src/values/duration.js'
import { routingLab } from '../../support/routing-lab.js'

describe('a routing table', () => {
  it('knows the networks of its ports, and who announced others', () => {
    const { setDirect, announced, port, via, list, told, find, size } = routingLab()
    expect([setDirect(port(2), 20), setDirect(port(1), 10)]).toEqual([true, true])
    expect([announced(15, via('2/b')), announced(12, via('1/a'))]).toEqual(['new', 'new'])
    const routes = [
      '10 via 1 reachable, direct',
      '20 via 2 reachable, direct',
      '12 via 1/a reachable, announced',
      '15 via 2/b reachable, announced',
    ]
    expect([list(), size()]).toEqual([routes, 4])
    expect(told).toEqual([1, 0, 3, 2].map(n => `0 s: ${routes[n] ?? ''}`))
    expect(find(300)).toBeUndefined()
  })

  it('finds the same object until it changes', () => {
    const { announced, seen, find, via, setBusy } = routingLab()
    announced(20, via('1/a'))
    const found = find(20)
    expect(announced(20, via('1/a'))).toBe('same')
    expect(seen(20, via('1/a'))).toBe('same')
    expect(find(20)).toBe(found)
    setBusy([20], via('1/a'))
    expect([found?.state, find(20)?.state]).toEqual(['reachable', 'busy'])
  })

  it('asks for no time, nor tells anything, for what is seen again', () => {
    const { seen, via, told, scheduler } = routingLab()
    seen(20, via('1/a'))
    const looked = vi.spyOn(scheduler, 'now')
    for (let n = 0; n < 100; n++) seen(20, via('1/a'))
    expect([looked.mock.calls.length, told.length]).toEqual([0, 1])
  })

  it.each([0, 65_535, -1, 1.5, 65_536])('has no route to %d', network => {
    const { announced, seen, setDirect, setConfigured, via, port, size } = routingLab()
    expect([announced(network, via('1/a')), seen(network, via('1/a')), setDirect(port(1), network)]).toEqual([
      'refused',
      'refused',
      false,
    ])
    setConfigured([{ network, via: via('1/a') }])
    expect(size()).toBe(0)
  })

  it('lists on a port what is reached through others, in ascending order, but nothing unreachable', () => {
    const { setDirect, announced, setBusy, setUnreachable, networksBeyond, port, via } = routingLab()
    setDirect(port(1), 30)
    setDirect(port(2), 4)
    for (const network of [200, 100, 9]) announced(network, via('2/a'))
    announced(5, via('1/b'))
    setBusy([100], via('2/a'))
    setUnreachable(9, via('2/a'))
    expect([1, 2, 3].map(id => networksBeyond(port(id)))).toEqual([
      [4, 100, 200],
      [5, 30],
      [4, 5, 30, 100, 200],
    ])
  })

  it('ends empty, silent, and without a timer', () => {
    const { setDirect, announced, setBusy, close, size, told, running, advance, port, via } = routingLab()
    setDirect(port(1), 10)
    announced(20, via('1/a'))
    setBusy([20], via('1/a'))
    expect(running()).toBe(1)
    told.length = 0
    close()
    expect([size(), running()]).toEqual([0, 0])
    advance(seconds(60))
    expect(told).toEqual([])
  })
})

describe('the network of a port', () => {
  it('takes the place of whatever was known, and is replaced by nothing', () => {
    const { setDirect, setConfigured, announced, seen, forget, port, via, way, list } = routingLab()
    announced(10, via('2/a'))
    setDirect(port(1), 10)
    setConfigured([way('10 via 2/a')])
    expect([announced(10, via('2/b')), seen(10, via('2/b')), forget(10)]).toEqual(['direct', 'refused', false])
    expect(list()).toEqual(['10 via 1 reachable, direct'])
  })

  it('has a number that no other port has, and the same one again is fine', () => {
    const { setDirect, port, list, told } = routingLab()
    expect([setDirect(port(1), 10), setDirect(port(2), 10), setDirect(port(1), 10)]).toEqual([true, false, true])
    setDirect(port(2), 20)
    expect(setDirect(port(2), 10)).toBe(false)
    expect([list(), told.length]).toEqual([['10 via 1 reachable, direct', '20 via 2 reachable, direct'], 2])
  })

  it('may have another number, and leaves what is reached through it as it is', () => {
    const { setDirect, announced, port, via, list, told } = routingLab()
    setDirect(port(1), 10)
    announced(20, via('1/a'))
    expect([setDirect(port(1), 11), setDirect(port(1), undefined)]).toEqual([true, true])
    expect(list()).toEqual(['20 via 1/a reachable, announced'])
    expect(told.slice(2)).toEqual([
      '0 s: 10 via 1 forgotten, direct',
      '0 s: 11 via 1 reachable, direct',
      '0 s: 11 via 1 forgotten, direct',
    ])
  })

  it('leaves a configured route to its number when it is another', () => {
    const { setDirect, setConfigured, port, way, list } = routingLab()
    setConfigured([way('10 via 2/a')])
    setDirect(port(1), 10)
    expect(list()).toEqual(['10 via 1 reachable, direct'])
    setDirect(port(1), undefined)
    expect(list()).toEqual(['10 via 2/a reachable, configured'])
  })

  it('is unreachable while the port is down, with all that is reached through it, and then as it was', () => {
    const { setDirect, announced, setBusy, portChanged, port, via, list, told, advance } = routingLab()
    setDirect(port(1), 10)
    announced(20, via('1/a'))
    announced(30, via('1/a'))
    announced(40, via('2/a'))
    setBusy([20], via('1/a'))
    const before = list()
    told.length = 0
    port(1).isUp = false
    portChanged(port(1))
    expect(told).toEqual([
      '0 s: 10 via 1 unreachable, direct',
      '0 s: 20 via 1/a unreachable, announced',
      '0 s: 30 via 1/a unreachable, announced',
    ])
    port(1).isUp = true
    portChanged(port(1))
    expect(list()).toEqual(before)
    port(1).isUp = false
    portChanged(port(1))
    advance(seconds(31))
    port(1).isUp = true
    portChanged(port(1))
    expect(list()[1]).toBe('20 via 1/a reachable, announced')
  })

  it('goes with its port, and all that is reached through it', () => {
    const { setDirect, setConfigured, announced, removePort, port, via, way, list, told, running, setBusy } =
      routingLab()
    setDirect(port(1), 10)
    setDirect(port(2), 20)
    setConfigured([way('30 via 1/a'), way('10 via 2/a'), way('20 via 1/a')])
    announced(40, via('1/b'))
    setBusy([], via('1/b'))
    told.length = 0
    removePort(port(1))
    expect([list(), running()]).toEqual([['20 via 2 reachable, direct', '10 via 2/a reachable, configured'], 0])
    expect(told).toHaveLength(3)
    setDirect(port(2), undefined)
    expect(list()).toEqual(['10 via 2/a reachable, configured'])
  })
})

describe('configured routes', () => {
  it('take the place of what was learned, and others say nothing about them', () => {
    const { setConfigured, announced, seen, forget, via, way, list } = routingLab()
    announced(20, via('2/b'))
    setConfigured([way('20 via 1/a')])
    expect([announced(20, via('2/b')), seen(20, via('1/b')), announced(20, via('1/a')), seen(20, via('1/a'))]).toEqual([
      'refused',
      'refused',
      'same',
      'same',
    ])
    expect([forget(20), list()]).toEqual([false, ['20 via 1/a reachable, configured']])
  })

  it('are those that were given last; what did not change stays as it stands', () => {
    const { setConfigured, setBusy, via, way, list, told } = routingLab()
    setConfigured([way('20 via 1/a'), way('30 via 1/a'), way('40 via 1/a')])
    setBusy([20], via('1/a'))
    told.length = 0
    setConfigured([way('20 via 1/a'), way('30 via 2/a'), way('50 via 3/a')])
    expect(told).toEqual([
      '0 s: 40 via 1/a forgotten, configured',
      '0 s: 30 via 2/a reachable, configured',
      '0 s: 50 via 3/a reachable, configured',
    ])
    expect(list()[0]).toBe('20 via 1/a busy, configured')
  })

  it('are unreachable or reachable as their next router says', () => {
    const { setConfigured, setUnreachable, announced, via, way, find } = routingLab()
    setConfigured([way('20 via 1/a')])
    expect([setUnreachable(20, via('1/b')), setUnreachable(20, via('1/a')), find(20)?.state]).toEqual([
      false,
      true,
      'unreachable',
    ])
    expect([announced(20, via('1/b')), find(20)?.state]).toEqual(['refused', 'unreachable'])
    expect([announced(20, via('1/a')), find(20)?.state, find(20)?.origin]).toEqual([
      'changed',
      'reachable',
      'configured',
    ])
  })
})

describe('what a router announces', () => {
  it('counts more than what was announced or seen before', () => {
    const { announced, seen, via, list } = routingLab()
    announced(20, via('1/a'))
    seen(30, via('1/a'))
    seen(40, via('1/a'))
    expect([announced(20, via('2/b')), announced(30, via('2/b')), announced(40, via('1/a'))]).toEqual([
      'changed',
      'changed',
      'changed',
    ])
    expect(list()).toEqual(['20 via 2/b', '30 via 2/b', '40 via 1/a'].map(text => `${text} reachable, announced`))
  })

  it('is reachable again, whatever was said before', () => {
    const { announced, setBusy, setUnreachable, via, list, running } = routingLab()
    for (const network of [20, 30, 40, 50]) announced(network, via('1/a'))
    setBusy([20, 40], via('1/a'))
    setUnreachable(30, via('1/a'))
    setUnreachable(50, via('1/a'))
    expect([20, 30].map(network => announced(network, via('1/a')))).toEqual(['changed', 'changed'])
    expect([40, 50].map(network => announced(network, via('2/a')))).toEqual(['changed', 'changed'])
    expect(list().every(text => text.includes(' reachable, announced'))).toBe(true)
    expect(running()).toBe(0)
  })
})

describe('who is seen', () => {
  it('fills what is unknown, or what cannot be reached, but replaces no route through another port that works', () => {
    const { seen, announced, setUnreachable, setBusy, via, list } = routingLab()
    expect(seen(20, via('1/a'))).toBe('new')
    announced(30, via('1/a'))
    setBusy([30], via('1/a'))
    announced(40, via('1/a'))
    setUnreachable(40, via('1/a'))
    expect([20, 30, 40].map(network => seen(network, via('2/b')))).toEqual(['refused', 'refused', 'changed'])
    expect(list()).toEqual(['20 via 1/a reachable, seen', '30 via 1/a busy, announced', '40 via 2/b reachable, seen'])
  })

  it('replaces another next router on the same port', () => {
    const { seen, announced, via, list } = routingLab()
    announced(20, via('1/a'))
    seen(30, via('1/a'))
    expect([seen(20, via('1/b')), seen(30, via('1/b'))]).toEqual(['changed', 'changed'])
    expect(list()).toEqual(['20 via 1/b reachable, seen', '30 via 1/b reachable, seen'])
  })

  it('is the newest way to a node that is no router, which has no other way to answer', () => {
    const { seen, announced, setConfigured, via, way, list } = routingLab({ isRouter: false })
    announced(20, via('1/a'))
    setConfigured([way('30 via 1/a')])
    expect([seen(20, via('2/b')), seen(30, via('2/b'))]).toEqual(['changed', 'refused'])
    expect(list()).toEqual(['20 via 2/b reachable, seen', '30 via 1/a reachable, configured'])
  })

  it('does not make reachable what the same router said it cannot reach', () => {
    const { seen, announced, setUnreachable, via, find } = routingLab()
    announced(20, via('1/a'))
    setUnreachable(20, via('1/a'))
    expect([seen(20, via('1/a')), find(20)?.state]).toEqual(['same', 'unreachable'])
  })
})

describe('a busy router', () => {
  it('is left alone for 30 s, to the millisecond, for the networks that it lists', () => {
    const { announced, setBusy, via, find, told, advance, running } = routingLab()
    for (const network of [20, 30, 40]) announced(network, via(network === 40 ? '1/b' : '1/a'))
    told.length = 0
    expect([setBusy([20, 20, 40, 99], via('1/a')), running()]).toEqual([[20], 1])
    advance(ms(29_999))
    expect([20, 30, 40].map(network => find(network)?.state)).toEqual(['busy', 'reachable', 'reachable'])
    advance(ms(1))
    expect([find(20)?.state, running()]).toEqual(['reachable', 0])
    expect(told).toEqual(['0 s: 20 via 1/a busy, announced', '30 s: 20 via 1/a reachable, announced'])
  })

  it('is busy for all that is reached through it where it lists none, and begins anew when it says so again', () => {
    const { announced, setBusy, via, told, advance, running } = routingLab()
    for (const network of [20, 30]) announced(network, via('1/a'))
    announced(40, via('1/b'))
    announced(50, via('2/a'))
    told.length = 0
    expect(setBusy([], via('1/a'))).toEqual([20, 30])
    advance(seconds(20))
    expect([setBusy([20], via('1/a')), running()]).toEqual([[], 1])
    advance(seconds(60))
    expect(told.slice(2)).toEqual(['30 s: 30 via 1/a reachable, announced', '50 s: 20 via 1/a reachable, announced'])
  })

  it('may be available before that: for some networks, or for all that it was busy for', () => {
    const { announced, setBusy, setAvailable, setUnreachable, via, list, running } = routingLab()
    for (const network of [20, 30, 40, 50]) announced(network, via('1/a'))
    setBusy([], via('1/a'))
    setUnreachable(40, via('1/a'))
    expect([setAvailable([20], via('1/b')), setAvailable([20], via('1/a')), running()]).toEqual([[], [20], 1])
    expect(setAvailable([], via('1/a'))).toEqual([30, 50])
    expect(list()[2]).toBe('40 via 1/a unreachable, announced')
    expect([setAvailable([40], via('1/a')), running()]).toEqual([[40], 0])
  })

  it('is not said to be busy for what it cannot reach', () => {
    const { announced, setBusy, setUnreachable, via, find } = routingLab()
    announced(20, via('1/a'))
    setUnreachable(20, via('1/a'))
    expect([setBusy([20], via('1/a')), setBusy([], via('1/a')), find(20)?.state]).toEqual([[], [], 'unreachable'])
  })

  it('has no timer run for what is forgotten or replaced', () => {
    const { announced, setBusy, setUnreachable, setDirect, forget, via, port, running } = routingLab()
    for (const network of [20, 30, 40]) announced(network, via('1/a'))
    setBusy([], via('1/a'))
    forget(20)
    setUnreachable(30, via('1/a'))
    announced(30, via('1/b'))
    expect(running()).toBe(1)
    setDirect(port(2), 40)
    expect(running()).toBe(0)
  })
})

describe('what was learned through a port that has not heard all for a while', () => {
  const inDoubt = () => {
    const lab = routingLab()
    const { setDirect, setConfigured, announced, seen, doubt, port, via, way } = lab
    setDirect(port(1), 10)
    setConfigured([way('11 via 1/a')])
    announced(20, via('1/a'))
    seen(30, via('1/a'))
    announced(40, via('2/a'))
    doubt(port(1))
    const isInDoubt = (): boolean => lab.doubtful(port(1)).length > 0
    lab.told.length = 0
    return { ...lab, isInDoubt }
  }

  it('is in doubt until each router has said so again, or somebody was seen through it; nothing of it is told', () => {
    const { announced, seen, via, isInDoubt, told } = inDoubt()
    expect([announced(20, via('1/a')), isInDoubt()]).toEqual(['same', true])
    expect([seen(30, via('1/a')), isInDoubt()]).toEqual(['same', false])
    expect(told).toEqual([])
  })

  it('is sure when another router says that it routes there', () => {
    const { announced, via, isInDoubt, list } = inDoubt()
    expect([20, 30].map(network => announced(network, via('1/b')))).toEqual(['changed', 'changed'])
    expect([isInDoubt(), list()[2]]).toEqual([false, '20 via 1/b reachable, announced'])
  })

  it('does not make doubtful what is the network of a port, configured, or reached through another port', () => {
    const { forget, isInDoubt, doubtful, port } = inDoubt()
    for (const network of [20, 30]) forget(network)
    expect([isInDoubt(), doubtful(port(2))]).toEqual([false, []])
  })

  it('stays in doubt while its port is down, and when a busy router may be used again', () => {
    const { setBusy, forget, via, port, portChanged, doubt, isInDoubt, advance, find } = inDoubt()
    forget(30)
    setBusy([20], via('1/a'))
    doubt(port(1))
    for (const isUp of [false, true]) {
      port(1).isUp = isUp
      portChanged(port(1))
    }
    advance(seconds(31))
    expect([find(20)?.state, isInDoubt()]).toEqual(['reachable', true])
  })
})

describe('a router that cannot reach a network', () => {
  it('is believed for 30 s, and forgotten then; one that is configured is tried again', () => {
    const { announced, setConfigured, setUnreachable, via, list, advance, running } = routingLab()
    announced(20, via('1/a'))
    setConfigured([{ network: 30, via: via('1/a') }])
    for (const network of [20, 30]) setUnreachable(network, via('1/a'))
    advance(seconds(29))
    expect(list()).toEqual(['20 via 1/a unreachable, announced', '30 via 1/a unreachable, configured'])
    advance(seconds(1))
    expect([list(), running()]).toEqual([['30 via 1/a reachable, configured'], 0])
  })
})

describe('whoever hears of a change of a routing table', () => {
  it('may cause others, which are told after all that came before', () => {
    const { announced, setBusy, via, told } = routingLab({
      tell: ({ state }, { setAvailable }) => {
        if (state === 'busy') setAvailable([30], via('1/a'))
      },
    })
    for (const network of [20, 30]) announced(network, via('1/a'))
    told.length = 0
    setBusy([], via('1/a'))
    expect(told.map(text => text.slice(5))).toEqual([
      '20 via 1/a busy, announced',
      '30 via 1/a busy, announced',
      '30 via 1/a reachable, announced',
    ])
  })
})
