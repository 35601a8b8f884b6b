import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ms, seconds } from '../../src/values/duration.js'
import { AT_A, AT_B, AT_C, labNode } from '../support/direct-lab.js'
import { identity } from '../support/identities.js'
import { virtualLab, type RunningNode } from '../support/virtual-network.js'

/*
 * Three nodes that accept and initiate, one hub, and a schedule from a seed: NPDUs, cuts, restarts, time. Whatever comes,
 * an NPDU is heard once or not at all, with its true source; and one that is not heard was dropped by its sender, who
 * said so, or on its way when something was cut.
 */

type Step =
  | { readonly do: 'send'; readonly from: number; readonly to: number }
  | { readonly do: 'cut'; readonly what: string }
  | { readonly do: 'restart'; readonly node: number; readonly gracefully: boolean; readonly after: number }
  | { readonly do: 'wait'; readonly ms: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('send' as const), from: fc.nat(2), to: fc.nat(2) }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.oneof(fc.nat(10), fc.nat(30_000)) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('cut' as const), what: fc.constantFrom(AT_A, AT_B, AT_C, 'hub-a', 'a') }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('restart' as const),
      node: fc.nat(2),
      gracefully: fc.boolean(),
      after: fc.nat(3000),
    }),
  },
)

/** How long something may be on its way: from node to hub, and from there to a node. */
const ON_ITS_WAY_MS = 4

const play = (steps: readonly Step[]) => {
  const lab = virtualLab()
  const hub = lab.hub()
  const directConnections = { initiate: true, idle: seconds(20), freshness: seconds(60) }
  const timings = { minReconnect: seconds(2), maxReconnect: seconds(8), jitter: 0 }
  const nodes = ['a', 'b', 'c'].map((name, index) => lab.node(labNode(index + 1, name, { directConnections, timings })))
  const sent: { readonly from: number; readonly to: number; readonly at: number; readonly reachable: boolean }[] = []
  const faults: number[] = []
  let now = 0
  const pass = (by: number): void => {
    now += by
    lab.advance(ms(by))
  }
  const nodeAt = (index: number): RunningNode => {
    const node = nodes[index]
    if (node === undefined) throw new Error(`no node ${index}`)
    return node
  }
  pass(1000)
  for (const what of steps) {
    switch (what.do) {
      case 'send': {
        if (what.from === what.to) break
        const reachable = nodeAt(what.to).status()?.hubConnection === 'primary'
        sent.push({ ...what, at: now, reachable })
        nodeAt(what.from).send(sent.length - 1, identity(what.to + 1).vmac)
        break
      }
      case 'cut':
        faults.push(now)
        lab.cut(what.what)
        break
      case 'restart': {
        const node = nodeAt(what.node)
        faults.push(now)
        if (what.gracefully) node.stop()
        else node.kill()
        pass(Math.max(what.after, 50))
        if (what.gracefully && node.end() === undefined) node.kill()
        faults.push(now)
        node.start()
        break
      }
      case 'wait':
        pass(what.ms)
        break
    }
  }
  pass(30_000)
  const heard = nodes.map(node => node.heard())
  const dropped = nodes.flatMap(node =>
    node.told('Dropped').map(({ outbound }) => {
      if (outbound._tag !== 'Npdu') throw new Error('something else was dropped')
      return ((outbound.npdu[2] ?? 0) << 8) | (outbound.npdu[3] ?? 0)
    }),
  )
  const sources = nodes.map(node => node.told('Npdu').map(({ source }) => source))
  const end = (): number => {
    for (const node of nodes) node.kill()
    hub.kill()
    lab.advance(ms(10))
    return lab.timers()
  }
  return { sent, faults, heard, dropped, sources, end }
}

describe('three nodes with direct connections, whatever comes', () => {
  it('hear each NPDU once at most, from its true source, and what is missing was dropped aloud or cut', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 20, maxLength: 60 }), steps => {
        const { sent, faults, heard, dropped, sources, end } = play(steps)
        for (const [index, numbers] of heard.entries()) {
          expect(new Set(numbers).size, 'nothing twice').toBe(numbers.length)
          for (const [place, number] of numbers.entries()) {
            expect(sent[number]?.to).toBe(index)
            expect(sources[index]?.[place]).toBe(identity((sent[number]?.from ?? NaN) + 1).vmac)
          }
        }
        expect(new Set(dropped).size, 'nothing is dropped twice').toBe(dropped.length)
        for (const [number, { to, at, reachable }] of sent.entries()) {
          const arrived = heard[to]?.includes(number) === true
          expect(arrived && dropped.includes(number), `${number} arrived, and was dropped`).toBe(false)
          const cut = faults.some(fault => fault >= at && fault - at <= ON_ITS_WAY_MS)
          if (reachable && !cut) expect(arrived || dropped.includes(number), `${number} is missing`).toBe(true)
        }
        expect(end(), 'timers left').toBe(0)
      }),
      { numRuns: 40 },
    )
  })

  it('use direct connections all the while', () => {
    const steps = Array.from({ length: 40 }, (_, index): Step => {
      if (index % 4 === 3) return { do: 'wait', ms: 1000 }
      return { do: 'send', from: index % 3, to: (index + 1) % 3 }
    })
    const { heard, end } = play(steps)
    expect(heard.flat()).toHaveLength(30)
    end()
  })
})
