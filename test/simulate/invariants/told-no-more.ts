import type { PlannedTimings } from '../plan/plan.js'
import { complaints, sees, type Invariant } from './invariant.js'

/** The other side of what a node must tell: an application that is told too much repeats what arrived. */
export const toldNoMore: Invariant = {
  name: 'told no more',
  states: 'A node tells of no more unconfirmed messages than it sent to that hub while it may have been silent.',
  watch: ({ timings }) => {
    const windowMs = longestSilence(timings)
    const nodes = new Map<string, Map<string, Sent>>()
    const { add, all } = complaints()

    const sentBy = (node: string, hub: string): Sent => {
      const hubs = nodes.get(node) ?? new Map<string, Sent>()
      const sent = hubs.get(hub) ?? { window: 0, now: 0, before: 0 }
      nodes.set(node, hubs.set(hub, sent))
      return sent
    }

    /** Messages of this window and of the one before it: more than those of the last `windowMs`. */
    const countAt = (sent: Sent, at: number): number => {
      const window = Math.floor(at / windowMs)
      if (window !== sent.window) {
        sent.before = window === sent.window + 1 ? sent.now : 0
        sent.now = 0
        sent.window = window
      }
      return sent.before + sent.now
    }

    return {
      ...sees(['Spoke', 'Unconfirmed'], fact => {
        if (fact._tag === 'Spoke') {
          const sent = sentBy(fact.node, fact.hub)
          countAt(sent, fact.at)
          sent.now++
        }
        if (fact._tag !== 'Unconfirmed' || fact.as !== 'node') return
        const most = countAt(sentBy(fact.host, fact.peer), fact.at)
        if (fact.count > most) {
          add(`${fact.host} told of ${fact.count} messages to ${fact.peer}, of ${most} at most, at ${fact.at} ms`)
        }
      }),
      broken: all,
    }
  },
}

/** Messages that a node sent to a hub: in this window of time, and in the one before. */
interface Sent {
  window: number
  now: number
  before: number
}

/** A hub is asked after a heartbeat of silence, and has 30 s at most for its answer; 15 s are for the end of a connection. */
const longestSilence = ({ heartbeat }: PlannedTimings): number => heartbeat + 45_000
