import { describe, expect, it } from 'vitest'
import { ms, seconds } from '../../src/values/duration.js'
import { ErrorCode } from '../../src/wire/error-code.js'
import {
  A,
  AT_A,
  AT_B,
  B,
  C,
  connectedLab,
  directLab,
  heardBy,
  labNode,
  waysOf,
  type DirectLab,
} from '../support/direct-lab.js'
import { identity } from '../support/identities.js'
import { inWords } from '../support/virtual-network.js'

const both = { directConnections: { initiate: true } }

/** The direct connections that are open, by who dialled and where. */
const openDirect = ({ tapped }: DirectLab): readonly string[] => {
  const open = new Map<string, number>()
  for (const what of tapped) {
    if (!what.hub.endsWith('-direct')) continue
    const words = inWords(what)
    const line = `${what.node} to ${what.hub}`
    if (words.endsWith('Connect-Accept')) open.set(line, (open.get(line) ?? 0) + 1)
    if (what._tag === 'Closed') open.set(line, (open.get(line) ?? 0) - 1)
  }
  return [...open].filter(([, count]) => count > 0).map(([line]) => line)
}

describe('two nodes that dial each other at once', () => {
  it('settle on the connection of the one with the lower Device UUID, however far apart they begin', () => {
    for (let apart = -12; apart <= 12; apart++) {
      const lab = directLab(both, both)
      const { a, b, advance } = lab
      const [first, second] = apart < 0 ? [a, b] : [b, a]
      first.send(1, first === a ? B : A)
      advance(ms(Math.abs(apart)))
      second.send(2, second === a ? B : A)
      advance(seconds(5))
      const open = openDirect(lab)
      expect(open, `${apart} ms apart`).toHaveLength(1)
      const said = lab.tapped.map(inWords)
      const dialled = said.filter(what => what.endsWith('-direct Connect-Request'))
      if (dialled.length > 1) expect(open, `${apart} ms apart: both dialled`).toEqual(['a to b-direct'])
      if (apart === 0) expect(dialled).toHaveLength(2)
      const { length } = lab.tapped
      advance(seconds(50))
      expect(lab.tapped.slice(length), `${apart} ms apart: quiet after that`).toEqual([])
      a.send(3, B)
      b.send(4, A)
      advance(ms(10))
      expect(heardBy(b).at(-1)).toBe('3 from a via direct')
      expect(heardBy(a).at(-1)).toBe('4 from b via direct')
      for (const node of [a, b]) expect(node.told('FailedConnection'), `${apart} ms apart`).toEqual([])
      for (const node of [a, b]) expect(waysOf(node), 'never down in between').toHaveLength(1)
    }
  })

  it('lose nothing and hear nothing twice meanwhile', () => {
    const { a, b, advance } = directLab(both, both)
    for (let number = 1; number <= 60; number++) {
      a.send(number, B)
      b.send(number, A)
      advance(ms(1))
    }
    advance(seconds(1))
    const all = Array.from({ length: 60 }, (_, index) => index + 1)
    const inOrder = (numbers: readonly number[]) => [...numbers].sort((one, other) => one - other)
    expect(inOrder(a.heard())).toEqual(all)
    expect(inOrder(b.heard())).toEqual(all)
  })

  it('are up again after both ends were cut, with one connection', () => {
    const lab = directLab(both, both)
    lab.a.send(1, B)
    lab.b.send(1, A)
    lab.advance(seconds(20))
    lab.cut(AT_B)
    lab.cut(AT_A)
    lab.a.send(2, B)
    lab.b.send(2, A)
    lab.advance(seconds(20))
    lab.a.send(3, B)
    lab.advance(ms(10))
    expect(heardBy(lab.b).slice(-2)).toEqual(['2 from a via hub', '3 from a via direct'])
    expect(openDirect(lab)).toHaveLength(1)
  })
})

describe('a node that waits to dial again, and is reached by its peer', () => {
  it('does not dial any more', () => {
    const lab = directLab(
      { directConnections: { initiate: true, listen: 'a-direct' } },
      { directConnections: { uris: ['wss://nobody'], initiate: true } },
    )
    lab.a.send(1, B)
    lab.advance(seconds(1))
    expect(lab.a.told('FailedConnection')).toHaveLength(1)
    lab.b.send(2, A)
    for (let second = 0; second < 60; second += 10) {
      lab.advance(seconds(10))
      lab.a.send(3, B)
    }
    expect(lab.a.told('FailedConnection')).toHaveLength(1)
    expect(openDirect(lab)).toEqual(['b to a-direct'])
  })
})

describe('a VMAC that turns out to be somebody else’s', () => {
  it('ends the direct connections that were made under it, and they come back under the new one', () => {
    const lab = connectedLab(both)
    const thief = lab.node(labNode(3, 'thief', { vmac: identity(7).vmac }))
    lab.advance(seconds(1))
    thief.stop()
    lab.cut('hub-a')
    lab.theHub.kill()
    // While the hub is away, another device takes the VMAC.
    lab.advance(seconds(1))
    lab.theHub.start()
    const other = lab.node({ name: 'other', vmac: A, uuid: identity(3).uuid, timings: { jitter: 0 } })
    lab.advance(seconds(60))
    const renamed = lab.a.status()?.vmac ?? A
    expect(renamed, 'the hub refused the old one').not.toBe(A)
    expect(waysOf(lab.a)).toEqual(['up b', 'down b'])
    expect(waysOf(lab.b)).toEqual(['up a', 'down a'])
    expect(lab.a.told('DirectDisconnected').map(({ cause }) => cause.errorCode)).toEqual([ErrorCode.SUCCESS])
    lab.a.send(1, B)
    lab.advance(seconds(1))
    lab.a.send(2, B)
    lab.b.send(3, renamed)
    lab.advance(ms(10))
    expect(heardBy(lab.b).at(-1)).toBe(`2 from ${renamed} via direct`)
    expect(heardBy(lab.a).at(-1)).toBe('3 from b via direct')
    other.stop()
  })
})

describe('three nodes', () => {
  it('talk directly, each pair over a connection of its own', () => {
    const lab = directLab(both, both)
    const c = lab.node(labNode(3, 'c', both))
    lab.advance(seconds(1))
    const vmacs = [A, B, C]
    const nodes = [lab.a, lab.b, c]
    for (const round of [1, 2]) {
      for (const node of nodes) for (const to of vmacs) if (to !== node.status()?.vmac) node.send(round, to)
      lab.advance(seconds(5))
    }
    for (const node of nodes) {
      expect(
        heardBy(node)
          .filter(line => line.endsWith('direct'))
          .sort(),
      ).toHaveLength(2)
      expect(node.heard()).toHaveLength(4)
    }
    expect(openDirect(lab)).toHaveLength(3)
  })
})
