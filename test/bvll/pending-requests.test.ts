import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { pendingRequests } from '../../src/bvll/pending-requests.js'
import { ms, seconds } from '../../src/values/duration.js'
import { clock } from '../machine/clock.js'

type Kind = 'ReadBdt' | 'ReadFdt' | 'WriteBdt' | 'DeleteFdtEntry'
const SUCCEEDS: readonly Kind[] = ['WriteBdt', 'DeleteFdtEntry']

const requests = (most?: number) => {
  const { scheduler, advance, running } = clock()
  const expired: string[] = []
  const pending = pendingRequests<string, Kind, string>({
    ...(most === undefined ? {} : { most }),
    wait: seconds(5),
    scheduler,
    expired: about => expired.push(`${scheduler.now() / 1000} s: ${about}`),
  })
  return { ...pending, expired, advance, running, scheduler }
}

describe('a request to a BBMD', () => {
  it('is settled by an answer of its kind from its peer, once', () => {
    const { add, settle } = requests()
    expect(add('a', 'ReadBdt', 'first')).toBeUndefined()
    expect([
      settle('b', ['ReadBdt']),
      settle('a', ['ReadFdt']),
      settle('a', ['ReadBdt']),
      settle('a', ['ReadBdt']),
    ]).toEqual([undefined, undefined, 'first', undefined])
  })

  it('is the only one of its kind to its peer, until it is settled or over', () => {
    const { add, settle, advance } = requests()
    add('a', 'ReadBdt', '')
    expect([add('a', 'ReadBdt', ''), add('a', 'ReadFdt', ''), add('b', 'ReadBdt', '')]).toEqual([
      'such a request is outstanding to it',
      undefined,
      undefined,
    ])
    settle('a', ['ReadBdt'])
    advance(seconds(5))
    expect([add('a', 'ReadBdt', ''), add('b', 'ReadBdt', '')]).toEqual([undefined, undefined])
  })

  it('is the oldest of those that a success without a kind can be about', () => {
    const { add, settle } = requests()
    add('a', 'ReadFdt', 'read')
    add('a', 'DeleteFdtEntry', 'delete')
    add('b', 'WriteBdt', 'write b')
    add('a', 'WriteBdt', 'write')
    expect([settle('a', SUCCEEDS), settle('a', SUCCEEDS), settle('a', SUCCEEDS)]).toEqual([
      'delete',
      'write',
      undefined,
    ])
  })

  it('is over when it is not answered in time, and an answer after that is of no use', () => {
    const { add, settle, advance, expired } = requests()
    add('a', 'ReadBdt', 'first')
    advance(seconds(2))
    add('a', 'ReadFdt', 'second')
    advance(ms(2999))
    expect(expired).toEqual([])
    advance(seconds(10))
    expect(expired).toEqual(['5 s: first', '7 s: second'])
    expect(settle('a', ['ReadBdt', 'ReadFdt'])).toBeUndefined()
  })

  it('is not taken when too many are outstanding', () => {
    const { add, settle } = requests(2)
    add('a', 'ReadBdt', '')
    add('b', 'ReadBdt', '')
    expect(add('c', 'ReadBdt', '')).toBe('too many requests outstanding')
    settle('a', ['ReadBdt'])
    expect(add('c', 'ReadBdt', '')).toBeUndefined()
  })

  it('may be one of 64 by default', () => {
    const { add } = requests()
    const refused = Array.from({ length: 65 }, (_, n) => add(`peer ${n}`, 'ReadBdt', '')).filter(Boolean)
    expect(refused).toEqual(['too many requests outstanding'])
  })

  it('shares one timer with the others, which ends with the last of them', () => {
    const { add, settle, running } = requests()
    add('a', 'ReadBdt', '')
    add('b', 'ReadBdt', '')
    expect(running()).toBe(1)
    settle('a', ['ReadBdt'])
    expect(running()).toBe(1)
    settle('b', ['ReadBdt'])
    expect(running()).toBe(0)
  })

  it('is given back at the end when it is still outstanding, oldest first', () => {
    const { add, settle, close, running, expired, advance } = requests()
    for (const peer of ['a', 'b', 'c']) add(peer, 'ReadBdt', peer)
    settle('b', ['ReadBdt'])
    expect([close(), close(), running()]).toEqual([['a', 'c'], [], 0])
    advance(seconds(10))
    expect(expired).toEqual([])
  })

  it('is either told to be over or given back, when the first that is over ends all', () => {
    const { scheduler, advance, running } = clock()
    const heard: string[] = []
    const pending = pendingRequests<string, Kind, string>({
      wait: seconds(5),
      scheduler,
      expired: about => heard.push(`${about} is over`, ...pending.close().map(rest => `${rest} is given back`)),
    })
    for (const peer of ['a', 'b', 'c']) pending.add(peer, 'ReadBdt', peer)
    advance(seconds(5))
    expect(heard).toEqual(['a is over', 'b is given back', 'c is given back'])
    expect(running()).toBe(0)
  })

  it('is over although its timer was a fraction of a millisecond early', () => {
    const { add, expired, advance, scheduler } = requests()
    const frames = scheduler.now.bind(scheduler)
    vi.spyOn(scheduler, 'now').mockImplementation(() => Math.max(frames() - 0.4, 0))
    add('a', 'ReadBdt', 'first')
    advance(seconds(6))
    expect(expired).toHaveLength(1)
  })

  it('may be followed by another of its kind as soon as it is over', () => {
    const { scheduler, advance, running } = clock()
    const over: number[] = []
    const pending = pendingRequests<string, Kind, number>({
      wait: seconds(5),
      scheduler,
      expired: about => {
        over.push(scheduler.now())
        if (about < 3) pending.add('a', 'ReadBdt', about + 1)
      },
    })
    pending.add('a', 'ReadBdt', 1)
    advance(seconds(60))
    expect([over, running()]).toEqual([[5000, 10_000, 15_000], 0])
  })
})

const anyPeer = fc.constantFrom('a', 'b', 'c')
const anyKind = fc.constantFrom<Kind>('ReadBdt', 'ReadFdt', 'WriteBdt', 'DeleteFdtEntry')

describe('requests to BBMDs, whatever happens', () => {
  it('end each in one way: settled, over or given back', () => {
    const anyAct = fc.oneof(
      fc.record({
        add: fc.constant(true),
        peer: anyPeer,
        kinds: anyKind.map((kind): readonly Kind[] => [kind]),
        wait: fc.nat(3000),
      }),
      fc.record({
        add: fc.constant(false),
        peer: anyPeer,
        kinds: fc.oneof(
          anyKind.map((kind): readonly Kind[] => [kind]),
          fc.constant(SUCCEEDS),
        ),
        wait: fc.nat(3000),
      }),
    )
    fc.assert(
      fc.property(fc.array(anyAct, { maxLength: 60 }), acts => {
        const { add, settle, close, expired, advance, running } = requests(5)
        const taken: string[] = []
        const ended: string[] = []
        for (const [n, act] of acts.entries()) {
          if (!act.add) ended.push(...[settle(act.peer, act.kinds)].filter(about => about !== undefined))
          else if (act.kinds[0] !== undefined && add(act.peer, act.kinds[0], `${n}`) === undefined) taken.push(`${n}`)
          advance(ms(act.wait))
        }
        ended.push(...expired.map(text => text.replace(/.*: /, '')), ...close())
        expect([...ended].sort()).toEqual([...taken].sort())
        expect(running()).toBe(0)
      }),
    )
  })
})
