import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { foreignTable, type ForeignTableChange } from '../../src/bvll/foreign-table.js'
import { ms, seconds } from '../../src/values/duration.js'
import { clock } from '../machine/clock.js'

const originOf = (address: string): string => address.replace(/:.*/, '')

const table = ({ maxEntries = 128, maxPerOrigin = 32 } = {}) => {
  const { scheduler, advance, running } = clock()
  const told: string[] = []
  const tell = ({ address, state }: ForeignTableChange<string>): void => {
    told.push(`${scheduler.now() / 1000} s: ${address} ${state}`)
  }
  return { ...foreignTable({ maxEntries, maxPerOrigin, originOf, scheduler, tell }), told, advance, running, scheduler }
}

/** A table with three entries of 31 s, of whose changes somebody makes something. */
const listening = (hear: (change: ForeignTableChange<string>) => void) => {
  const { scheduler, advance, running } = clock()
  const told: string[] = []
  const tell = (change: ForeignTableChange<string>): void => {
    told.push(`${change.address} ${change.state}`)
    hear(change)
  }
  const heard = foreignTable({ maxEntries: 8, maxPerOrigin: 8, originOf, scheduler, tell })
  for (const address of ['a:1', 'b:1', 'c:1']) heard.register(address, 1)
  return { heard, told, advance, running }
}

describe('the foreign device table', () => {
  it('keeps an entry for its TTL and 30 s more, and tells it when it comes and goes', () => {
    const { register, has, addresses, size, told, advance } = table()
    expect(register('a:1', 60)).toBeUndefined()
    advance(ms(89_999))
    expect([has('a:1'), [...addresses()], size()]).toEqual([true, ['a:1'], 1])
    advance(ms(1))
    expect([has('a:1'), [...addresses()], size()]).toEqual([false, [], 0])
    expect(told).toEqual(['0 s: a:1 registered', '90 s: a:1 expired'])
  })

  it('gives the same list of addresses until somebody comes or goes, so that it need not be looked at again', () => {
    const { register, delete: remove, addresses, advance } = table()
    register('a:1', 60)
    register('b:1', 1)
    const both = addresses()
    register('a:1', 60)
    expect(addresses()).toBe(both)
    register('c:1', 60)
    expect(addresses()).toEqual(['a:1', 'b:1', 'c:1'])
    remove('c:1')
    advance(ms(31_000))
    expect(addresses()).toEqual(['a:1'])
    expect(both).toEqual(['a:1', 'b:1'])
  })

  it('says how many seconds are left, of the grace period as well, as far as their field reaches', () => {
    const { register, entries, advance } = table()
    register('a:1', 60)
    register('b:1', 65535)
    register('c:1', 65506)
    advance(seconds(3))
    expect(entries()).toEqual([
      { address: 'a:1', ttl: 60, remaining: 87 },
      { address: 'b:1', ttl: 65535, remaining: 65535 },
      { address: 'c:1', ttl: 65506, remaining: 65533 },
    ])
    advance(ms(1))
    expect(entries()[0]?.remaining, 'a second that has begun is left').toBe(87)
    advance(ms(86_998))
    expect(entries()[0]?.remaining).toBe(1)
  })

  it('takes a renewal with its TTL, longer or shorter, without a word', () => {
    const { register, entries, told, advance } = table()
    register('a:1', 60)
    register('b:1', 60)
    advance(seconds(30))
    register('a:1', 600)
    register('b:1', 10)
    expect(entries()).toEqual([
      { address: 'a:1', ttl: 600, remaining: 630 },
      { address: 'b:1', ttl: 10, remaining: 40 },
    ])
    advance(seconds(700))
    expect(told.slice(2)).toEqual(['70 s: b:1 expired', '660 s: a:1 expired'])
  })

  it('tells ports of one host apart', () => {
    const { register, has } = table()
    register('a:1', 60)
    expect([has('a:1'), has('a:2')]).toEqual([true, false])
  })

  it('removes what is deleted, once', () => {
    const { register, has, told, ...rest } = table()
    register('a:1', 60)
    expect([rest.delete('b:1'), rest.delete('a:1'), rest.delete('a:1'), has('a:1')]).toEqual([
      false,
      true,
      false,
      false,
    ])
    rest.advance(seconds(100))
    expect(told).toEqual(['0 s: a:1 registered', '0 s: a:1 deleted'])
  })

  it('refuses new entries when it is full, and takes renewals', () => {
    const { register, advance, size, ...rest } = table({ maxEntries: 2 })
    register('a:1', 60)
    register('b:1', 10)
    expect([register('c:1', 60), register('a:1', 60)]).toEqual(['foreign device table is full', undefined])
    rest.delete('a:1')
    expect(register('c:1', 60)).toBeUndefined()
    advance(seconds(40))
    expect([register('d:1', 60), size()], 'an expired entry makes room').toEqual([undefined, 2])
  })

  it('has no entries where none are wanted', () => {
    expect(table({ maxEntries: 0 }).register('a:1', 60)).toBe('foreign device table is full')
  })

  it('refuses new entries of an origin that has as many as it may, and takes its renewals', () => {
    const { register, advance, ...rest } = table({ maxPerOrigin: 2 })
    register('a:1', 60)
    register('a:2', 10)
    const refusal = 'too many foreign devices of one origin'
    expect([register('a:3', 60), register('a:1', 60), register('b:3', 60)]).toEqual([refusal, undefined, undefined])
    advance(seconds(40))
    expect(register('a:3', 60), 'an expired entry makes room').toBeUndefined()
    expect(register('a:4', 60)).toBe(refusal)
    rest.delete('a:3')
    expect(register('a:4', 60), 'so does a deleted one').toBeUndefined()
  })

  it('runs one timer for all, none when it is empty, and none after its end', () => {
    const { register, running, told, advance, close, size, ...rest } = table()
    for (let n = 0; n < 100; n++) register(`a${n}:1`, 100 - n)
    expect(running()).toBe(1)
    for (let n = 0; n < 100; n++) rest.delete(`a${n}:1`)
    expect(running()).toBe(0)
    register('a:1', 60)
    told.length = 0
    close()
    advance(seconds(100))
    expect([running(), size(), told]).toEqual([0, 0, []])
  })

  it('moves no timer for renewals', () => {
    const { register, advance, scheduler } = table()
    const schedule = vi.spyOn(scheduler, 'schedule')
    for (let n = 0; n < 100; n++) {
      register('a:1', 600)
      advance(seconds(1))
    }
    expect(schedule.mock.calls.filter(([, delay]) => delay !== seconds(1))).toHaveLength(1)
  })

  it('never uses what has expired, however late its timer is', () => {
    const { scheduler } = clock()
    let now = 0
    vi.spyOn(scheduler, 'now').mockImplementation(() => now)
    const told: string[] = []
    const { register, has, addresses, entries, size, ...rest } = foreignTable({
      maxEntries: 8,
      maxPerOrigin: 8,
      originOf,
      scheduler,
      tell: ({ address, state }) => told.push(`${address} ${state}`),
    })
    const looks: readonly (() => unknown)[] = [
      () => has('a:1'),
      () => [...addresses()].length > 0,
      () => entries().length > 0,
      () => size() > 0,
      () => rest.delete('a:1'),
    ]
    for (const look of looks) {
      register('a:1', 1)
      now += 31_000
      expect(look()).toBe(false)
    }
    expect(told).toEqual(looks.flatMap(() => ['a:1 registered', 'a:1 expired']))
  })

  it('expires an entry although its timer was a fraction of a millisecond early', () => {
    const { scheduler, advance } = clock()
    const frames = scheduler.now.bind(scheduler)
    vi.spyOn(scheduler, 'now').mockImplementation(() => Math.max(frames() - 0.4, 0))
    const told: string[] = []
    const tell = ({ state }: ForeignTableChange<string>): void => void told.push(state)
    foreignTable({ maxEntries: 8, maxPerOrigin: 8, originOf, scheduler, tell }).register('a:1', 1)
    advance(seconds(32))
    expect(told).toEqual(['registered', 'expired'])
  })

  it('tells changes in their order, whatever is done while they are heard', () => {
    const { heard, told, advance } = listening(({ address, state }) => {
      if (address === 'a:1' && state === 'expired') heard.register('b:1', 60)
    })
    advance(seconds(31))
    expect(told.slice(3)).toEqual(['a:1 expired', 'b:1 expired', 'c:1 expired', 'b:1 registered'])
  })

  it('tells nothing more when it is closed while a change is heard', () => {
    const { heard, told, advance, running } = listening(({ state }) => {
      if (state === 'expired') heard.close()
    })
    advance(seconds(31))
    expect([told.slice(3), running()]).toEqual([['a:1 expired'], 0])
  })
})

type Act =
  | { readonly _tag: 'register'; readonly address: string; readonly ttl: number }
  | { readonly _tag: 'delete'; readonly address: string }
  | { readonly _tag: 'wait'; readonly delay: number }

const anyAddress = fc.constantFrom('a:1', 'a:2', 'a:3', 'b:1', 'b:2', 'c:1')
const anyAct: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ _tag: fc.constant('register' as const), address: anyAddress, ttl: fc.integer({ min: 1, max: 90 }) }),
  fc.record({ _tag: fc.constant('delete' as const), address: anyAddress }),
  fc.record({ _tag: fc.constant('wait' as const), delay: fc.integer({ min: 0, max: 60_000 }) }),
)

describe('the foreign device table, whatever happens', () => {
  it('is what a list would be that is looked through each time', () => {
    fc.assert(
      fc.property(fc.array(anyAct, { maxLength: 60 }), acts => {
        const { register, advance, entries, told, scheduler, ...rest } = table({ maxEntries: 4, maxPerOrigin: 2 })
        let model: readonly { readonly address: string; readonly ttl: number; readonly until: number }[] = []
        for (const act of acts) {
          if (act._tag === 'wait') advance(ms(act.delay))
          const now = scheduler.now()
          model = model.filter(({ until }) => until > now)
          const others = act._tag === 'wait' ? model : model.filter(({ address }) => address !== act.address)
          const known = others.length < model.length
          if (act._tag === 'delete') expect(rest.delete(act.address)).toBe(known)
          if (act._tag === 'register') {
            const { address, ttl } = act
            const ofOrigin = others.filter(other => originOf(other.address) === originOf(address)).length
            const taken = known || (model.length < 4 && ofOrigin < 2)
            expect(register(address, ttl) === undefined).toBe(taken)
            if (taken) model = [...others, { address, ttl, until: now + (ttl + 30) * 1000 }]
          } else {
            model = others
          }
          const rows = model.map(({ address, ttl, until }) => ({
            address,
            ttl,
            remaining: Math.ceil((until - now) / 1000),
          }))
          const byAddress = (a: { readonly address: string }, b: { readonly address: string }): number =>
            a.address < b.address ? -1 : 1
          expect([...entries()].sort(byAddress)).toEqual([...rows].sort(byAddress))
        }
        const come = told.filter(text => text.endsWith('registered')).length
        expect(told.length - come, 'what came has gone or is there').toBe(come - model.length)
      }),
    )
  })
})
