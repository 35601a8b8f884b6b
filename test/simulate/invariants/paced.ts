import { complaints, type Invariant } from './invariant.js'

/** Attempts that a node may make at once: to both hubs, after each of the restarts that need no wait. */
const AT_ONCE = 8

/** A window of time, in which a node may dial each hub once for each of its shortest waits. */
const WINDOW_MS = 60_000

/** The waits of a node are what keeps a thousand of them from a hub that has just started. */
export const paced: Invariant = {
  name: 'paced',
  states: 'No node dials its hubs more often than its shortest wait allows, however often its connection is lost.',
  watch: ({ networks, timings: { minReconnect } }) => {
    const most = AT_ONCE + 2 * Math.ceil(WINDOW_MS / minReconnect)
    const hubs = new Set(networks.flatMap(network => (network.kind === 'sc' ? network.hubs : [])))
    const dials = new Map<string, number[]>()
    const { add, all } = complaints()
    return {
      see: fact => {
        if (fact._tag === 'Stands' && !fact.isUp && fact.mac === undefined) dials.delete(fact.host)
        if (fact._tag !== 'Dialled' || !hubs.has(fact.hub)) return
        const latest = (dials.get(fact.node) ?? []).filter(at => at > fact.at - WINDOW_MS)
        latest.push(fact.at)
        dials.set(fact.node, latest)
        if (latest.length > most) add(`${fact.node} dialled ${latest.length} times in a minute, at ${fact.at} ms`)
      },
      broken: all,
    }
  },
}
