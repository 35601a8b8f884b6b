import { describe, expect, it, vi } from 'vitest'
import { discovery, type Discovery } from '../../../src/network/route/discovery.js'
import { discoveryLimits, type DiscoveryLimits } from '../../../src/network/route/discovery-limits.js'
import { ms, seconds } from '../../../src/values/duration.js'
import { clock } from '../../machine/clock.js'

type Hook = (search: Discovery<string>, network: number) => void

/** A search for routers; an item is written `a1`, where `a` is whom it is counted to. */
const searching = ({
  ask,
  failed,
  dropped,
  ...limits
}: Partial<DiscoveryLimits & { ask: Hook; failed: Hook; dropped: Hook }> = {}) => {
  const { scheduler, advance, running } = clock()
  const told: string[] = []
  const note = (text: string): void => void told.push(`${scheduler.now() / 1000} s: ${text}`)
  const made: Discovery<string> = discovery<string>({
    limits: discoveryLimits(limits),
    originOf: item => item.slice(0, 1),
    ask: (network, first) => {
      note(`who routes to ${network}, for ${first}`)
      ask?.(made, network)
    },
    failed: (network, items) => {
      note(`nobody routes to ${network}: ${items.join(' ')}`)
      failed?.(made, network)
    },
    dropped: (network, item, reason) => {
      note(`${item} for ${network} dropped, ${reason}`)
      dropped?.(made, network)
    },
    scheduler,
  })
  return { ...made, told, advance, running, scheduler }
}

const numbered = (origin: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, n) => `${origin}${n + 1}`)

describe('the search for a router', () => {
  it('asks at 0, 2 and 4 s, and gives up at 6 s', () => {
    const { hold, isHeld, told, advance, running } = searching()
    expect(hold(7, 'a1')).toBeUndefined()
    advance(ms(5999))
    expect([isHeld(7), running(), told]).toEqual([
      true,
      1,
      [0, 2, 4].map(second => `${second} s: who routes to 7, for a1`),
    ])
    advance(ms(1))
    expect([isHeld(7), running(), told.slice(3)]).toEqual([false, 0, ['6 s: nobody routes to 7: a1']])
  })

  it('gives what waited, in order, to whoever found a router, and asks no more', () => {
    const { hold, found, isHeld, told, advance, running, waiting } = searching()
    hold(7, 'a1')
    advance(ms(2500))
    hold(7, 'b1')
    hold(7, 'a2')
    expect([waiting(), found(8), found(7), found(7), isHeld(7), running(), waiting()]).toEqual([
      3,
      [],
      ['a1', 'b1', 'a2'],
      [],
      false,
      0,
      0,
    ])
    advance(seconds(60))
    expect(told).toEqual(['0 s: who routes to 7, for a1', '2 s: who routes to 7, for a1'])
  })

  it('asks for each network by itself, with one timer for all', () => {
    const { hold, found, told, advance, running } = searching()
    hold(7, 'a1')
    advance(ms(500))
    hold(8, 'a2')
    expect(running()).toBe(1)
    advance(ms(1600))
    expect([found(7), running()]).toEqual([['a1'], 1])
    advance(seconds(10))
    expect(told).toEqual([
      '0 s: who routes to 7, for a1',
      '0.5 s: who routes to 8, for a2',
      '2 s: who routes to 7, for a1',
      '2.5 s: who routes to 8, for a2',
      '4.5 s: who routes to 8, for a2',
      '6.5 s: nobody routes to 8: a2',
    ])
  })

  it('remembers for 30 s that nobody routes there, to the millisecond', () => {
    const { hold, told, advance, running } = searching()
    hold(7, 'a1')
    advance(seconds(6))
    expect(hold(7, 'a2')).toBe('unreachable')
    advance(ms(29_999))
    expect([hold(7, 'a3'), hold(8, 'a4'), told.length]).toEqual(['unreachable', undefined, 5])
    advance(ms(1))
    expect([hold(7, 'a5'), told.at(-1), running()]).toEqual([undefined, '36 s: who routes to 7, for a5', 1])
  })

  it('forgets that nobody routes there when somebody does', () => {
    const { hold, found, advance } = searching()
    hold(7, 'a1')
    advance(seconds(6))
    expect([found(7), hold(7, 'a2')]).toEqual([[], undefined])
  })

  it('remembers the last 1024 networks that nobody routes to', () => {
    const { hold, advance } = searching({ pace: { burst: 2000, perSecond: 1 }, inTotal: 2000 })
    for (let network = 1; network <= 1026; network++) hold(network, 'a1')
    advance(seconds(6))
    expect([2, 3, 1026].map(network => hold(network, 'a2'))).toEqual([undefined, 'unreachable', 'unreachable'])
  })

  it('is as long as it is told to be', () => {
    const { hold, told, advance } = searching({ tries: 1, wait: ms(100), memory: ms(50) })
    hold(7, 'a1')
    advance(ms(100))
    expect(hold(7, 'a2')).toBe('unreachable')
    advance(ms(50))
    hold(7, 'a3')
    expect(told).toEqual([
      '0 s: who routes to 7, for a1',
      '0.1 s: nobody routes to 7: a1',
      '0.15 s: who routes to 7, for a3',
    ])
  })

  it('gives up although its timer was a fraction of a millisecond early', () => {
    const { hold, told, advance, scheduler } = searching()
    const frames = scheduler.now.bind(scheduler)
    vi.spyOn(scheduler, 'now').mockImplementation(() => Math.max(frames() - 0.4, 0))
    hold(7, 'a1')
    advance(seconds(7))
    expect(told).toHaveLength(4)
  })

  it('ends silently, with all that still waits', () => {
    const { hold, close, told, advance, running } = searching()
    hold(7, 'a1')
    hold(8, 'a2')
    hold(7, 'b3')
    expect([close(), running(), close()]).toEqual([['a1', 'a2', 'b3'], 0, []])
    advance(seconds(60))
    expect(told).toHaveLength(2)
  })
})

describe('the bounds of the search for routers', () => {
  it('are 16 for one network, of which the oldest makes room', () => {
    const { hold, told, found } = searching()
    for (const item of numbered('a', 18)) expect(hold(7, item)).toBeUndefined()
    const why = 'dropped, too many wait for a router to its network'
    expect(told.slice(1)).toEqual([`0 s: a1 for 7 ${why}`, `0 s: a2 for 7 ${why}`])
    expect(found(7)).toEqual(numbered('a', 18).slice(2))
  })

  it('are 256 in all, of which the oldest makes room, and with the last of it the search for its network', () => {
    const { hold, told, waiting, isHeld } = searching({ pace: { burst: 1000, perSecond: 1 } })
    for (let network = 1; network <= 257; network++) hold(network, `a${network}`)
    expect([waiting(), isHeld(1), isHeld(2), told.at(-1)]).toEqual([
      256,
      false,
      true,
      '0 s: a1 for 1 dropped, too many wait for routers',
    ])
  })

  it('let whoever fills them push out only his own', () => {
    const { hold, found, told } = searching({ perNetwork: 4 })
    for (const item of ['b1', ...numbered('a', 6), 'c1', 'd1']) hold(7, item)
    expect(told.slice(1).map(text => text.slice(5, 7))).toEqual(['a1', 'a2', 'a3', 'a4', 'a5'])
    expect(found(7)).toEqual(['b1', 'a6', 'c1', 'd1'])
  })

  it('let whoever fills them with many networks push out only his own', () => {
    const { hold, told, found } = searching({ inTotal: 4 })
    hold(1, 'b1')
    for (let n = 2; n <= 6; n++) hold(n, `a${n}`)
    expect(told.filter(text => text.includes('dropped'))).toEqual(
      ['a2 for 2', 'a3 for 3'].map(what => `0 s: ${what} dropped, too many wait for routers`),
    )
    expect(found(1)).toEqual(['b1'])
  })

  it('let a search go on where only one may wait for it', () => {
    const { hold, told, advance } = searching({ perNetwork: 1 })
    hold(7, 'a1')
    advance(seconds(1))
    hold(7, 'a2')
    advance(seconds(5))
    expect(told).toEqual([
      '0 s: who routes to 7, for a1',
      '1 s: a1 for 7 dropped, too many wait for a router to its network',
      '2 s: who routes to 7, for a2',
      '4 s: who routes to 7, for a2',
      '6 s: nobody routes to 7: a2',
    ])
  })

  it('let 64 networks be asked for at once, then 20 a second, and what is asked for already cost nothing', () => {
    const { hold, advance } = searching({ perNetwork: 1000 })
    const taken = (from: number): number => {
      let count = 0
      for (let network = from; network < from + 100; network++) {
        if (hold(network, 'a') === undefined) count++
      }
      return count
    }
    expect([taken(1), hold(101, 'a')]).toEqual([64, 'too many networks are asked for'])
    advance(seconds(1))
    expect(hold(1, 'a')).toBeUndefined()
    expect(taken(1001)).toBe(20)
  })
})

describe('what is not wanted any more', () => {
  it('is taken out, and is asked for no more where nothing else waits for its network', () => {
    const { hold, drop, found, isHeld, told, advance, waiting } = searching()
    hold(7, 'a1')
    hold(8, 'a2')
    hold(8, 'b3')
    expect(drop(item => item.startsWith('a'))).toEqual(['a1', 'a2'])
    expect([isHeld(7), isHeld(8), waiting()]).toEqual([false, true, 1])
    advance(seconds(2))
    expect([told.slice(2), found(8)]).toEqual([['2 s: who routes to 8, for b3'], ['b3']])
  })

  it('has no timer run when it was all', () => {
    const { hold, drop, running } = searching()
    hold(7, 'a1')
    expect([drop(() => true), running(), drop(() => true)]).toEqual([['a1'], 0, []])
  })

  it('is taken out of what was given up and is not told yet', () => {
    const gone: string[] = []
    const { hold, told, advance } = searching({
      failed: search => void gone.push(...search.drop(item => item === 'b1')),
    })
    for (const item of ['a1', 'b1', 'a2']) hold(Number(item.slice(1)) + (item < 'b' ? 0 : 6), item)
    advance(seconds(6))
    expect([gone, told.filter(text => text.includes('nobody'))]).toEqual([
      ['b1'],
      ['6 s: nobody routes to 1: a1', '6 s: nobody routes to 2: a2'],
    ])
  })
})

describe('whoever is asked or told by the search for routers', () => {
  it('may have found one while he is asked', () => {
    const sent: string[] = []
    const { hold, running, isHeld } = searching({ ask: (search, network) => void sent.push(...search.found(network)) })
    expect([hold(7, 'a1'), sent, isHeld(7), running()]).toEqual([undefined, ['a1'], false, 0])
  })

  it('may have more wait, for the same network or another', () => {
    let isFirst = true
    const { hold, found, told } = searching({
      ask: search => {
        if (!isFirst) return
        isFirst = false
        search.hold(7, 'b1')
        search.hold(8, 'b2')
      },
    })
    hold(7, 'a1')
    expect([found(7), found(8), told]).toEqual([
      ['a1', 'b1'],
      ['b2'],
      ['0 s: who routes to 7, for a1', '0 s: who routes to 8, for b2'],
    ])
  })

  it('may end it when he is told of a failure, and gets the rest', () => {
    let rest: readonly string[] = []
    const { hold, told, advance, running } = searching({ failed: search => void (rest = search.close()) })
    hold(7, 'a1')
    hold(8, 'a2')
    advance(seconds(1))
    hold(9, 'a3')
    advance(seconds(60))
    expect([rest, running(), told.slice(-1)]).toEqual([['a2', 'a3'], 0, ['6 s: nobody routes to 7: a1']])
  })

  it('may end it when he is asked, and no timer runs', () => {
    let rest: readonly string[] = []
    const { hold, running, waiting } = searching({ ask: search => void (rest = search.close()) })
    hold(7, 'a1')
    expect([rest, running(), waiting()]).toEqual([['a1'], 0, 0])
  })

  it('may have the next one wait when one made room', () => {
    let left = 2
    const { hold, found, told } = searching({
      perNetwork: 1,
      dropped: search => {
        if (left-- > 0) search.hold(7, `b${left}`)
      },
    })
    hold(7, 'a1')
    hold(7, 'a2')
    expect([told.length, found(7)]).toEqual([4, ['b0']])
  })
})
