import { seconds } from '../../src/values/duration.js'
import type { VirtualNodeOptions } from '../../src/testing/index.js'
import { identity } from './identities.js'
import { virtualLab, type RunningHub, type RunningNode, type VirtualLab } from './virtual-network.js'

/** The VMACs of the lab's nodes. The Device UUIDs are in the same order, so that of `A` is the lowest. */
export const [A, B, C] = [identity(1).vmac, identity(2).vmac, identity(3).vmac]

/** Where the lab's nodes accept direct connections. */
export const [AT_A, AT_B, AT_C] = ['a-direct', 'b-direct', 'c-direct']

/** Options of a node that has no direct connections at all. */
export const DEAF: VirtualNodeOptions = {}

/** A hub and two nodes: unless told otherwise, both accept direct connections and `a` initiates them. */
export interface DirectLab extends VirtualLab {
  readonly theHub: RunningHub
  readonly a: RunningNode
  readonly b: RunningNode
}

/** Options of lab node number `n`, called `name`, which listens at `NAME-direct`. */
export const labNode = (n: number, name: string, change: VirtualNodeOptions = {}): VirtualNodeOptions => ({
  name,
  vmac: identity(n).vmac,
  uuid: identity(n).uuid,
  ...change,
  timings: { minReconnect: seconds(10), maxReconnect: seconds(600), jitter: 0, ...change.timings },
  ...(change === DEAF ? {} : { directConnections: { listen: `${name}-direct`, ...change.directConnections } }),
})

/** Starts the lab, and gives the nodes a second to find their hub. */
export const directLab = (ofA: VirtualNodeOptions = {}, ofB: VirtualNodeOptions = {}): DirectLab => {
  const lab = virtualLab()
  const theHub = lab.hub()
  const initiating = { initiate: true, ...ofA.directConnections }
  const a = lab.node(labNode(1, 'a', { ...ofA, directConnections: initiating }))
  const b = lab.node(labNode(2, 'b', ofB))
  lab.advance(seconds(1))
  return { ...lab, theHub, a, b }
}

/** The same, with a direct connection from `a` to `b` that is up. NPDU 0 made it. */
export const connectedLab = (ofA: VirtualNodeOptions = {}, ofB: VirtualNodeOptions = {}): DirectLab => {
  const lab = directLab(ofA, ofB)
  lab.a.send(0, B)
  lab.advance(seconds(1))
  return lab
}

/** What a node heard, as `NUMBER from SOURCE via WAY`; the source by the name of the node. */
export const heardBy = (node: RunningNode): readonly string[] => {
  const numbers = node.heard()
  return node.told('Npdu').map(({ source, via, destination }, index) => {
    const name = { [A]: 'a', [B]: 'b', [C]: 'c' }[source] ?? source
    return `${numbers[index] ?? ''}${destination === 'broadcast' ? ' to all' : ''} from ${name} via ${via}`
  })
}

/** How a node said its peers are reached: `up NAME`, `down NAME`. */
export const waysOf = (node: RunningNode): readonly string[] =>
  node.told('Direct').map(({ vmac, state }) => `${state} ${{ [A]: 'a', [B]: 'b', [C]: 'c' }[vmac] ?? vmac}`)
