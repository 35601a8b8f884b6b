import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { vmacCache, type VmacPair } from '../../src/ip6/vmac-cache.js'
import type { Bip6Address } from '../../src/values/bip6-address.js'
import type { Bip6Vmac } from '../../src/values/bip6-vmac.js'
import { ms, seconds } from '../../src/values/duration.js'
import { clock } from '../machine/clock.js'

const VMACS = ['a', 'b', 'c', 'd', 'own'] as readonly string[] as readonly Bip6Vmac[]
const ADDRESSES = ['1', '2', '3', '4', '5'] as readonly string[] as readonly Bip6Address[]
const MOST = 3
const TTL = seconds(10)

type Act =
  | ({ readonly _tag: 'learn' } & VmacPair)
  | { readonly _tag: 'forget'; readonly address: Bip6Address }
  | { readonly _tag: 'wait'; readonly delay: number }

const anyVmac = fc.constantFrom(...VMACS)
const anyAddress = fc.constantFrom(...ADDRESSES)
const anyLearn = fc.record({ _tag: fc.constant('learn' as const), vmac: anyVmac, address: anyAddress })
const anyAct: fc.Arbitrary<Act> = fc.oneof(
  { arbitrary: anyLearn, weight: 4 },
  { arbitrary: fc.record({ _tag: fc.constant('forget' as const), address: anyAddress }), weight: 1 },
  { arbitrary: fc.record({ _tag: fc.constant('wait' as const), delay: fc.nat(6000) }), weight: 2 },
)

interface Row extends VmacPair {
  readonly seen: number
}

/** The list that the cache should be, the oldest first. */
const after = (rows: readonly Row[], act: Act, now: number): readonly Row[] => {
  const live = rows.filter(({ seen }) => seen + TTL > now)
  switch (act._tag) {
    case 'wait':
      return live
    case 'forget':
      return live.filter(({ address }) => address !== act.address)
    case 'learn': {
      const { vmac, address } = act
      if (vmac === 'own') return live
      const others = live.filter(row => row.vmac !== vmac && row.address !== address)
      return [...others, { vmac, address, seen: now }].slice(-MOST)
    }
  }
}

describe('a VMAC cache, whatever happens', () => {
  it('is what a list would be that is looked through each time', () => {
    fc.assert(
      fc.property(fc.array(anyAct, { maxLength: 80 }), acts => {
        const { scheduler, advance, running } = clock()
        /** What somebody would take to be in it who only hears of the changes. */
        const heard = new Map<Bip6Vmac, Bip6Address>()
        const { learn, forget, entries, addressOf, vmacOf, size } = vmacCache({
          ttl: TTL,
          maxEntries: MOST,
          mayLearn: vmac => vmac !== 'own',
          scheduler,
          tell: change => {
            const gone = change.state === 'changed' ? change.replaced : change.state === 'learned' ? [] : [change]
            for (const { vmac, address } of gone) {
              expect(heard.get(vmac)).toBe(address)
              heard.delete(vmac)
            }
            if (change.state === 'learned' || change.state === 'changed') heard.set(change.vmac, change.address)
          },
        })
        let rows: readonly Row[] = []
        for (const act of acts) {
          if (act._tag === 'wait') advance(ms(act.delay))
          if (act._tag === 'learn') expect(learn(act.vmac, act.address)).toBe(act.vmac !== 'own')
          if (act._tag === 'forget') {
            expect(forget(act.address)).toBe(rows.some(({ address }) => address === act.address))
          }
          const now = scheduler.now()
          rows = after(rows, act, now)
          expect(entries()).toEqual(rows.map(({ seen, ...pair }) => ({ ...pair, age: now - seen })))
          for (const vmac of VMACS) expect(addressOf(vmac)).toBe(rows.find(row => row.vmac === vmac)?.address)
          for (const address of ADDRESSES) expect(vmacOf(address)).toBe(rows.find(row => row.address === address)?.vmac)
          expect([size(), running()]).toEqual([rows.length, rows.length === 0 ? 0 : 1])
          expect(new Map(heard)).toEqual(new Map(rows.map(({ vmac, address }) => [vmac, address])))
        }
      }),
      { numRuns: 500 },
    )
  })
})
