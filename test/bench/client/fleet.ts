import { openConnection, type Connection, type Target } from './connection.js'
import { BROADCAST_VMAC } from '../../../src/values/vmac.js'
import { framesTo, randomFrames, vmacOf } from './frames.js'

/** Who sends to whom, and how much of it is under way at once. */
export interface Traffic {
  /** `pairs`: connections 0 and 1, 2 and 3 … to each other; `random`: to anybody; `broadcast`: connection 0 to all. */
  readonly kind: 'pairs' | 'random' | 'broadcast'
  readonly connections: number
  /** Octets of a message, before framing: 10 of header and the rest NPDU; at most 119. */
  readonly octets: number
  /** Where their numbers begin, from which their VMACs are made. */
  readonly firstIndex: number
  /** Messages under way of each sender. */
  readonly inFlight: number
  /** Only one connection of each pair starts: what is in flight is per pair. */
  readonly perPair: boolean
  /** Frames that are due together leave in one write; otherwise each in its own. */
  readonly coalesced: boolean
}

/** The connections to one server. */
export interface Fleet {
  readonly traffic: Traffic
  readonly connections: readonly Connection[]
}

const RANDOM_FRAMES = 512
const BROADCAST_FRAMES = 256
const SERVER_HEADER = 2

/** Opens all connections, one after the other: a server that goes by their order sees them in it. */
export const openFleet = async (target: Target, traffic: Traffic): Promise<Fleet> => {
  const received = traffic.octets + (traffic.kind === 'broadcast' ? 6 : 0)
  const connections: Connection[] = []
  const { firstIndex } = traffic
  for (let index = firstIndex; index < firstIndex + traffic.connections; index++) {
    const supply = supplyOf(traffic, index)
    connections.push(await openConnection(target, index, SERVER_HEADER + received, supply, traffic.coalesced))
  }
  return { traffic, connections }
}

const supplyOf = ({ kind, connections, inFlight, octets }: Traffic, index: number): Connection['supply'] => {
  switch (kind) {
    case 'pairs':
      return framesTo(vmacOf(index ^ 1), 2 * inFlight, octets)
    case 'random':
      return randomFrames(index, connections, RANDOM_FRAMES, octets)
    case 'broadcast':
      return framesTo(BROADCAST_VMAC, index === 0 ? BROADCAST_FRAMES : 1, octets)
  }
}

/** Drops all connections. */
export const closeFleet = ({ connections }: Fleet): void => {
  for (const { socket } of connections) socket.destroy()
}
