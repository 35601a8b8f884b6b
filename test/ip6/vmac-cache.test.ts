import { describe, expect, it, vi } from 'vitest'
import { vmacCache, type VmacCacheChange, type VmacCacheOptions } from '../../src/ip6/vmac-cache.js'
import type { Bip6Address } from '../../src/values/bip6-address.js'
import type { Bip6Vmac } from '../../src/values/bip6-vmac.js'
import { ms, seconds } from '../../src/values/duration.js'
import { clock } from '../machine/clock.js'

const vmac = (text: string): Bip6Vmac => text as Bip6Vmac
const at = (text: string): Bip6Address => text as Bip6Address

const cache = (options: Partial<VmacCacheOptions> = {}) => {
  const { scheduler, advance, running } = clock()
  const told: string[] = []
  const hear = (change: VmacCacheChange): void => {
    const replaced = change.state === 'changed' ? change.replaced.map(pair => ` ${pair.vmac}@${pair.address}`) : []
    told.push(`${scheduler.now() / 1000} s: ${change.vmac}@${change.address} ${change.state}${replaced.join('')}`)
    options.tell?.(change)
  }
  const { learn, ...rest } = vmacCache({ mayLearn: () => true, scheduler, ...options, tell: hear })
  /** Reads `a@1`. */
  const see = (...pairs: readonly string[]): readonly boolean[] =>
    pairs.map(pair => {
      const [name = '', place = ''] = pair.split('@')
      return learn(vmac(name), at(place))
    })
  const pairs = (): readonly string[] => rest.entries().map(entry => `${entry.vmac}@${entry.address}`)
  return { ...rest, see, pairs, told, advance, running, scheduler }
}

describe('a VMAC cache', () => {
  it('knows where a VMAC is, and which VMAC is there', () => {
    const { see, addressOf, vmacOf, told } = cache()
    expect(see('a@1')).toEqual([true])
    expect([addressOf(vmac('a')), vmacOf(at('1')), addressOf(vmac('b')), vmacOf(at('2'))]).toEqual([
      '1',
      'a',
      undefined,
      undefined,
    ])
    expect(told).toEqual(['0 s: a@1 learned'])
  })

  it('says nothing of what it sees again', () => {
    const { see, told, advance } = cache()
    see('a@1', 'b@2')
    advance(seconds(10))
    expect(see('a@1', 'a@1', 'b@2')).toEqual([true, true, true])
    expect(told).toHaveLength(2)
  })

  it.each([
    ['a VMAC that has moved', ['a@1', 'b@2', 'a@3'], ['b@2', 'a@3'], 'a@3 changed a@1'],
    ['an address with a new VMAC', ['a@1', 'b@2', 'c@1'], ['b@2', 'c@1'], 'c@1 changed a@1'],
    ['both at once', ['a@1', 'b@2', 'a@2'], ['a@2'], 'a@2 changed a@1 b@2'],
  ])('overwrites %s, so that it is one to one', (_, seen, left, told) => {
    const { see, pairs, addressOf, vmacOf, ...rest } = cache()
    see(...seen)
    expect([pairs(), rest.size(), rest.told.at(-1)]).toEqual([left, left.length, `0 s: ${told}`])
    const byVmac = ['a', 'b', 'c'].map(name => `${name}@${addressOf(vmac(name)) ?? ''}`)
    const byAddress = ['1', '2', '3'].map(place => `${vmacOf(at(place)) ?? ''}@${place}`)
    expect([byVmac, byAddress].map(found => found.filter(pair => /^.@.$/.test(pair)).sort())).toEqual([
      [...left].sort(),
      [...left].sort(),
    ])
  })

  it('makes no room for what takes the place of another', () => {
    const { see, pairs, told } = cache({ maxEntries: 2 })
    see('a@1', 'b@2', 'b@3', 'c@3')
    expect([pairs(), told.filter(text => text.includes('dropped'))]).toEqual([['a@1', 'c@3'], []])
  })

  it('drops what was not seen for the longest time when it is full', () => {
    const { see, pairs, told } = cache({ maxEntries: 3 })
    see('a@1', 'b@2', 'c@3', 'a@1', 'd@4', 'e@5')
    expect(pairs()).toEqual(['a@1', 'd@4', 'e@5'])
    expect(told.slice(3)).toEqual(['0 s: b@2 dropped', '0 s: d@4 learned', '0 s: c@3 dropped', '0 s: e@5 learned'])
  })

  it('has room for 4096 by default, and never more', () => {
    const { see, size, told } = cache()
    for (let n = 0; n < 10_000; n++) see(`${n}@${n}`)
    expect([size(), told.at(-2)]).toEqual([4096, '0 s: 5903@5903 dropped'])
  })

  it('learns nothing that it must not, not even of a VMAC that it knows', () => {
    const { see, pairs, told } = cache({ mayLearn: (name, place) => name !== 'own' && place !== 'group' })
    expect(see('own@1', 'a@group', 'a@1', 'a@group', 'own@1')).toEqual([false, false, true, false, false])
    expect([pairs(), told]).toEqual([['a@1'], ['0 s: a@1 learned']])
  })

  it('removes what it must not know any more, when the own VMAC or the own addresses are others', () => {
    let own = 'x'
    const { see, pairs, reconsider, told, running } = cache({
      mayLearn: (name, place) => name !== own && place !== own,
    })
    see('a@1', 'b@2', 'c@3')
    own = 'b'
    reconsider()
    own = '3'
    reconsider()
    expect([pairs(), told.slice(3)]).toEqual([['a@1'], ['0 s: b@2 forgotten', '0 s: c@3 forgotten']])
    own = 'a'
    reconsider()
    expect(running()).toBe(0)
  })

  it('forgets an address to which nothing could be sent', () => {
    const { see, forget, addressOf, told, running } = cache()
    see('a@1')
    expect([forget(at('2')), forget(at('1')), forget(at('1')), addressOf(vmac('a'))]).toEqual([
      false,
      true,
      false,
      undefined,
    ])
    expect([told, running()]).toEqual([['0 s: a@1 learned', '0 s: a@1 forgotten'], 0])
  })

  it('lists the ages of all, the oldest first', () => {
    const { see, entries, advance } = cache()
    see('a@1')
    advance(ms(500))
    see('b@2')
    advance(seconds(3))
    see('a@1', 'c@3')
    advance(ms(1))
    expect(entries()).toEqual([
      { vmac: 'b', address: '2', age: 3001 },
      { vmac: 'a', address: '1', age: 1 },
      { vmac: 'c', address: '3', age: 1 },
    ])
  })
})

describe('the ageing of a VMAC cache', () => {
  it('removes what was not seen for 300 s, to the millisecond', () => {
    const { see, addressOf, vmacOf, told, advance } = cache()
    see('a@1')
    advance(seconds(100))
    see('a@1', 'b@2')
    advance(ms(299_999))
    expect([addressOf(vmac('a')), vmacOf(at('2'))]).toEqual(['1', 'b'])
    advance(ms(1))
    expect([addressOf(vmac('a')), vmacOf(at('2'))]).toEqual([undefined, undefined])
    expect(told.slice(2)).toEqual(['400 s: a@1 expired', '400 s: b@2 expired'])
  })

  it('begins anew for a pair that is another than before', () => {
    const { see, told, advance } = cache({ ttl: seconds(10) })
    see('a@1')
    advance(seconds(8))
    see('a@2')
    advance(seconds(11))
    expect(told.slice(2)).toEqual(['18 s: a@2 expired'])
  })

  it('runs one timer for all, none when it is empty, and none after its end', () => {
    const { see, running, advance, close, size, told } = cache()
    expect(running()).toBe(0)
    for (let n = 0; n < 100; n++) {
      see(`${n}@${n}`)
      advance(ms(10))
    }
    expect(running()).toBe(1)
    advance(seconds(301))
    expect([running(), size()]).toEqual([0, 0])
    see('a@1')
    told.length = 0
    close()
    advance(seconds(301))
    expect([running(), size(), told]).toEqual([0, 0, []])
  })

  it('moves no timer for what is seen again, however often', () => {
    const { see, scheduler, advance } = cache()
    const schedule = vi.spyOn(scheduler, 'schedule')
    for (let n = 0; n < 3000; n++) {
      see('a@1', 'b@2')
      advance(ms(1000))
    }
    const timers = schedule.mock.calls.filter(([, delay]) => delay !== 1000)
    expect(timers.length, 'one for each 299 s').toBeLessThanOrEqual(3000 / 299 + 1)
  })

  it('asks for the time when it is told, and not when it is asked', () => {
    const { see, addressOf, vmacOf, scheduler } = cache()
    see('a@1')
    const now = vi.spyOn(scheduler, 'now')
    for (let n = 0; n < 100; n++) {
      addressOf(vmac('a'))
      addressOf(vmac('b'))
      vmacOf(at('1'))
    }
    expect(now).not.toHaveBeenCalled()
    see('a@1')
    expect(now).toHaveBeenCalledOnce()
  })

  it('removes a pair although its timer was a fraction of a millisecond early', () => {
    const { see, scheduler, advance, told } = cache()
    const frames = scheduler.now.bind(scheduler)
    vi.spyOn(scheduler, 'now').mockImplementation(() => Math.max(frames() - 0.4, 0))
    see('a@1')
    advance(seconds(301))
    expect(told).toHaveLength(2)
  })
})

describe('whoever hears of a change of a VMAC cache', () => {
  it('may learn others, which is told after all that came before', () => {
    const subject = cache({
      ttl: seconds(10),
      tell: change => {
        if (change.state === 'expired' && change.vmac === 'a') subject.see('b@2')
      },
    })
    subject.see('a@1', 'b@2', 'c@3')
    subject.advance(seconds(10))
    expect(subject.told.slice(3)).toEqual([
      '10 s: a@1 expired',
      '10 s: b@2 expired',
      '10 s: c@3 expired',
      '10 s: b@2 learned',
    ])
    expect(subject.pairs()).toEqual(['b@2'])
  })

  it('may end it, and hears no more', () => {
    const subject = cache({
      maxEntries: 1,
      tell: ({ state }) => {
        if (state === 'dropped') subject.close()
      },
    })
    subject.see('a@1', 'b@2')
    expect([subject.told, subject.size(), subject.running()]).toEqual([['0 s: a@1 learned', '0 s: a@1 dropped'], 0, 0])
  })
})
