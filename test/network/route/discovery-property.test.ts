import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { discovery, type Discovery } from '../../../src/network/route/discovery.js'
import { discoveryLimits } from '../../../src/network/route/discovery-limits.js'
import { ms } from '../../../src/values/duration.js'
import { clock } from '../../machine/clock.js'

const PER_NETWORK = 3
const IN_TOTAL = 6

/** An item says itself what it is for. */
interface Item {
  readonly id: number
  readonly network: number
  readonly origin: string
}

type Act =
  | { readonly _tag: 'hold'; readonly network: number; readonly origin: string }
  | { readonly _tag: 'found'; readonly network: number }
  | { readonly _tag: 'drop'; readonly origin: string }
  | { readonly _tag: 'wait'; readonly delay: number }
  | { readonly _tag: 'close' }

const anyNetwork = fc.integer({ min: 1, max: 5 })
const anyOrigin = fc.constantFrom('a', 'b', 'c')
const anyAct: fc.Arbitrary<Act> = fc.oneof(
  {
    arbitrary: fc.record({ _tag: fc.constant('hold' as const), network: anyNetwork, origin: anyOrigin }),
    weight: 24,
  },
  { arbitrary: fc.record({ _tag: fc.constant('found' as const), network: anyNetwork }), weight: 6 },
  { arbitrary: fc.record({ _tag: fc.constant('drop' as const), origin: anyOrigin }), weight: 3 },
  { arbitrary: fc.record({ _tag: fc.constant('wait' as const), delay: fc.nat(4000) }), weight: 9 },
  { arbitrary: fc.constant({ _tag: 'close' as const }), weight: 1 },
)

describe('the search for routers, whatever happens', () => {
  it('loses nothing that it took, gives nothing twice, and keeps its bounds', () => {
    fc.assert(
      fc.property(
        fc.noBias(fc.array(anyAct, { maxLength: 80 })),
        fc.array(anyAct, { maxLength: 20 }),
        (acts, reactions) => {
          const { scheduler, advance, running } = clock()
          const taken = new Set<Item>()
          const ended: Item[] = []
          const pending = [...reactions]
          let id = 0
          /** Whoever is asked or told uses it as well. */
          const react = (): void => {
            const act = pending.pop()
            if (act !== undefined && act._tag !== 'wait') perform(act)
          }
          const end = (items: readonly Item[]): void => void ended.push(...items)
          const search: Discovery<Item> = discovery<Item>({
            limits: discoveryLimits({ perNetwork: PER_NETWORK, inTotal: IN_TOTAL, pace: { burst: 10, perSecond: 1 } }),
            originOf: ({ origin }) => origin,
            ask: (network, first) => {
              expect(first.network).toBe(network)
              expect(search.isHeld(network)).toBe(true)
              react()
            },
            failed: (network, items) => {
              expect(items.map(item => item.network)).toEqual(items.map(() => network))
              expect(items.length).toBeGreaterThan(0)
              end(items)
              react()
            },
            dropped: (network, item) => {
              expect(item.network).toBe(network)
              end([item])
              react()
            },
            scheduler,
          })
          const inOrder = (items: readonly Item[]): readonly Item[] => {
            expect(items.map(item => item.id)).toEqual(items.map(item => item.id).sort((one, other) => one - other))
            return items
          }
          const perform = (act: Act): void => {
            switch (act._tag) {
              case 'hold': {
                const item: Item = { id: id++, network: act.network, origin: act.origin }
                const isHeld = search.isHeld(act.network)
                taken.add(item)
                const refusal = search.hold(act.network, item)
                if (refusal !== undefined) {
                  taken.delete(item)
                  expect(isHeld).toBe(false)
                }
                return
              }
              case 'found':
                end(inOrder(search.found(act.network)))
                return
              case 'drop': {
                const gone = search.drop(({ origin }) => origin === act.origin)
                expect(gone.every(({ origin }) => origin === act.origin)).toBe(true)
                end(gone)
                return
              }
              case 'wait':
                advance(ms(act.delay))
                return
              case 'close':
                end(search.close())
                return
            }
          }
          for (const act of acts) {
            perform(act)
            expect(ended.length).toBe(new Set(ended).size)
            expect(ended.every(item => taken.has(item))).toBe(true)
            expect(search.waiting()).toBe(taken.size - ended.length)
            expect(search.waiting()).toBeLessThanOrEqual(IN_TOTAL)
            expect(running()).toBe(search.waiting() > 0 ? 1 : 0)
          }
          const waiting = search.waiting()
          const rest = search.close()
          end(rest)
          expect([rest.length, new Set(ended), running()]).toEqual([waiting, taken, 0])
        },
      ),
      { numRuns: 600 },
    )
  })

  it('is over 6 s after it began, whatever else comes for that network', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(3000), { maxLength: 10 }), delays => {
        const { scheduler, advance } = clock()
        const failed: number[] = []
        const search = discovery<string>({
          limits: discoveryLimits(),
          originOf: item => item,
          ask: () => undefined,
          failed: () => void failed.push(scheduler.now()),
          dropped: () => undefined,
          scheduler,
        })
        search.hold(7, 'a')
        for (const delay of delays) {
          advance(ms(delay))
          search.hold(7, 'a')
        }
        advance(ms(6000))
        expect(failed[0]).toBe(6000)
      }),
    )
  })
})
