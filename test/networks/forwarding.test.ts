import { describe, expect, it } from 'vitest'
import { ms, seconds } from '../../src/values/duration.js'
import type { Vmac } from '../../src/values/vmac.js'
import { identity } from '../support/identities.js'
import {
  connectRequest,
  inHex,
  npdu,
  virtualLab,
  type RunningHub,
  type VirtualLab,
} from '../support/virtual-network.js'
import { fromHex, toHex } from '../support/vectors.js'

/** The VMACs of the devices of these tests. */
const [A, B, C] = [1, 2, 3].map(n => identity(n).vmac) as [Vmac, Vmac, Vmac]

const NOBODY = identity(99).vmac

const threeNodes = () => {
  const lab = virtualLab()
  const hub = lab.hub()
  const [a, b, c] = [A, B, C].map(vmac => lab.node({ vmac })) as [Node, Node, Node]
  lab.advance(seconds(1))
  return { lab, hub, a, b, c }
}

type Node = ReturnType<VirtualLab['node']>

describe('a broadcast', () => {
  it('reaches each other node exactly once, and not its sender', () => {
    const { lab, a, b, c } = threeNodes()
    a.send(1, 'broadcast')
    c.send(2, 'broadcast')
    lab.advance(seconds(1))
    expect([a, b, c].map(node => node.heard())).toEqual([[2], [1, 2], [1]])
    expect(b.told('Npdu')).toMatchObject([
      { source: A, destination: 'broadcast' },
      { source: C, destination: 'broadcast' },
    ])
  })
})

describe('a unicast', () => {
  it('reaches the node with that VMAC, and nobody else', () => {
    const { lab, a, b, c } = threeNodes()
    a.send(1, B)
    b.send(2, A)
    lab.advance(seconds(1))
    expect([a, b, c].map(node => node.heard())).toEqual([[2], [1], []])
    expect(b.told('Npdu')).toMatchObject([{ source: A, destination: 'unicast' }])
  })

  it('to a VMAC that nobody has goes nowhere, and the hub counts it', () => {
    const { lab, hub, a, b, c } = threeNodes()
    a.send(1, NOBODY)
    lab.advance(seconds(1))
    expect([a, b, c].flatMap(node => node.heard())).toEqual([])
    expect(a.told('Dropped')).toEqual([])
    expect(hub.told('Dropped')).toEqual([
      { _tag: 'Dropped', reason: 'unknown destination', from: A, to: undefined, address: 'node-1', count: 1 },
    ])
    expect(hub.counters().drops).toEqual({ 'unknown destination': 1 })
    expect(hub.nodes().map(({ dropped }) => dropped)).toEqual([1, 0, 0])
  })

  it('to oneself does not come back', () => {
    const { lab, hub, a } = threeNodes()
    a.send(1, A)
    lab.advance(seconds(1))
    expect(a.heard()).toEqual([])
    expect(hub.counters().drops).toEqual({ 'destination is the sender': 1 })
  })

  it('keeps its place among those of the same sender', () => {
    const { lab, a, b } = threeNodes()
    const numbers = Array.from({ length: 100 }, (_, number) => number)
    for (const number of numbers) a.send(number, number % 3 === 0 ? 'broadcast' : B)
    lab.advance(seconds(1))
    expect(b.heard()).toEqual(numbers)
  })
})

describe('the hub', () => {
  it('adds the originating VMAC to a unicast, and takes its destination out', () => {
    const { lab, a } = threeNodes()
    a.send(0x1234, B)
    lab.advance(ms(10))
    const [sent, passedOn] = lab.tapped.slice(-2).map(inHex)
    const id = sent?.slice(4, 8) ?? ''
    expect(sent).toBe(`0104${id}${B}01001234`)
    expect(passedOn).toBe(`0108${id}${A}01001234`)
  })

  it('adds the originating VMAC to a broadcast, and leaves its destination', () => {
    const { lab, a } = threeNodes()
    a.send(0x1234, 'broadcast')
    lab.advance(ms(10))
    const [sent, ...passedOn] = lab.tapped.slice(-3).map(inHex)
    const id = sent?.slice(4, 8) ?? ''
    expect(sent).toBe(`0104${id}ffffffffffff01001234`)
    expect(passedOn).toEqual(Array(2).fill(`010c${id}${A}ffffffffffff01001234`))
  })

  it('does not send a node what is longer than the node said it takes', () => {
    const lab = virtualLab()
    const hub = lab.hub()
    const a = lab.node({ vmac: A })
    const small = lab.node({ vmac: B, maxNpduLength: 3 })
    lab.advance(seconds(1))
    a.send(1, 'broadcast')
    a.send(2, B)
    lab.advance(seconds(1))
    expect(small.heard()).toEqual([])
    expect(hub.counters().drops).toEqual({ 'longer than the destination takes': 2 })
  })

  it('does not take a message longer than it takes', () => {
    const lab = virtualLab()
    const hub = lab.hub({ maxBvlcLength: 100, maxNpduLength: 90 })
    const a = lab.node({ vmac: A })
    lab.advance(seconds(1))
    a.submit({ _tag: 'Npdu', npdu: new Uint8Array(90), destination: B })
    a.submit({ _tag: 'Npdu', npdu: new Uint8Array(91), destination: B })
    lab.advance(seconds(1))
    expect(a.told('Dropped').map(({ reason }) => reason)).toEqual(['too long for the peer'])
    expect(hub.counters().drops).toEqual({ 'unknown destination': 1 })
  })
})

describe('a node of bac-py, which tells its hub who it is (field quirks, bac-py 1)', () => {
  const sloppyNode = (originating: Vmac) => {
    const lab = virtualLab()
    const hub: RunningHub = lab.hub()
    const a = lab.node({ vmac: A })
    const b = lab.node({ vmac: B })
    const sloppy = lab.peer('bac-py')
    lab.advance(ms(10))
    sloppy.send(connectRequest(identity(3)))
    lab.advance(ms(10))
    sloppy.send(fromHex(`010c0000${originating}${A}${toHex(npdu(1))}`))
    sloppy.send(fromHex(`010c0000${originating}ffffffffffff${toHex(npdu(2))}`))
    lab.advance(ms(10))
    return { hub, a, b }
  }

  it('is heard as any other when that is true', () => {
    const { hub, a, b } = sloppyNode(C)
    expect([a.heard(), b.heard()]).toEqual([[1, 2], [2]])
    expect(a.told('Npdu').map(({ source }) => source)).toEqual([C, C])
    expect(hub.counters().drops).toEqual({})
  })

  it('is not heard when it says that it is somebody else', () => {
    const { hub, a, b } = sloppyNode(B)
    expect([a.heard(), b.heard()]).toEqual([[], []])
    expect(hub.counters().drops).toEqual({ 'spoofed originator': 2 })
    expect(hub.told('Dropped')).toEqual([
      { _tag: 'Dropped', reason: 'spoofed originator', from: C, to: undefined, address: 'bac-py', count: 1 },
    ])
  })

  it('may give one message id to everything it sends', () => {
    const { a } = sloppyNode(C)
    expect(a.heard()).toEqual([1, 2])
  })
})
