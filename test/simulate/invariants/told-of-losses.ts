import { CROSSING } from '../../../src/sc/connection/unconfirmed.js'
import { seconds } from '../../../src/values/duration.js'
import { complaints, type Invariant } from './invariant.js'

/** A node has found out and told within this time after it dials that hub again: a hub that it hung up on may hang. */
const TOLD_WITHIN = seconds(60)

/** A connection of a node with a hub, from when it dials until it dials that hub again. */
interface Connection {
  readonly from: number
  /** When NPDUs were sent that the hub is not known to have read, by their ids. */
  readonly unread: Map<number, number>
  /** When those of them were sent that the wire has lost. */
  readonly lost: number[]
  /** The node went down with it, and nobody is there to tell. */
  isForgotten: boolean
}

/** All connections of a node with one hub, and what it told of them. */
interface Line {
  readonly connections: Connection[]
  readonly told: { readonly at: number; readonly count: number }[]
}

/**
 * A WebSocket loses what was on its way when it breaks, and who sent that can only tell how much it may have been: what it
 * sent since it last heard from the other side, or just before that.
 */
export const toldOfLosses: Invariant = {
  name: 'told of losses',
  states: 'A node tells of at least as many unconfirmed messages as it knows may be lost, unless it went down itself.',
  watch: ({ networks }) => {
    const hubs = new Set(networks.flatMap(network => (network.kind === 'sc' ? network.hubs : [])))
    const nodes = new Map<string, Map<string, Line>>()
    const lineOf = (node: string, hub: string): Line => {
      const lines = nodes.get(node) ?? new Map<string, Line>()
      const line = lines.get(hub) ?? { connections: [], told: [] }
      if (line.connections.length === 0) nodes.set(node, lines.set(hub, line))
      return line
    }
    return {
      see: fact => {
        switch (fact._tag) {
          case 'Dialled':
            if (!hubs.has(fact.hub)) return
            lineOf(fact.node, fact.hub).connections.push({
              from: fact.at,
              unread: new Map(),
              lost: [],
              isForgotten: false,
            })
            return
          case 'Spoke': {
            const connection = nodes.get(fact.node)?.get(fact.hub)?.connections.at(-1)
            if (connection === undefined) return
            if (fact.direction === 'from hub') readUntil(connection, fact.at - CROSSING)
            else if (fact.id !== undefined) connection.unread.set(fact.id, fact.at)
            return
          }
          case 'Lost': {
            if (fact.reason === 'sender ended') return
            const line = nodes.get(fact.from)?.get(fact.to)
            const connection = line?.connections.findLast(({ unread }) => unread.has(fact.id))
            const sent = connection?.unread.get(fact.id)
            if (sent !== undefined) connection?.lost.push(sent)
            return
          }
          case 'Unconfirmed':
            nodes.get(fact.host)?.get(fact.hub)?.told.push({ at: fact.at, count: fact.count })
            return
          case 'Stands':
            if (fact.mac !== undefined) return
            for (const { connections } of nodes.get(fact.host)?.values() ?? []) {
              const latest = connections.at(-1)
              if (latest !== undefined) latest.isForgotten = true
            }
            return
          default:
        }
      },
      broken: () => {
        const { add, all } = complaints()
        for (const [node, lines] of nodes) {
          for (const [hub, { connections, told }] of lines) {
            connections.forEach(({ from, lost, isForgotten }, index) => {
              const to = (connections[index + 1]?.from ?? Infinity) + TOLD_WITHIN
              const known = told.reduce((sum, { at, count }) => (at >= from && at < to ? sum + count : sum), 0)
              if (isForgotten || lost.length <= known) return
              add(`${node} lost ${lost.length} NPDUs with its connection to ${hub} of ${from} ms, and told of ${known}`)
            })
          }
        }
        return all()
      },
    }
  },
}

/** What was sent before that time has been read, if it was not lost with a connection that has broken meanwhile. */
const readUntil = ({ unread, lost }: Connection, time: number): void => {
  for (const [id, at] of unread) {
    if (at >= time) break
    unread.delete(id)
  }
  while (lost[0] !== undefined && lost[0] < time) lost.shift()
}
