import { complaints, type Invariant } from './invariant.js'

/**
 * A WebSocket loses what was on its way when it breaks, and who sent that can only tell how much it may have been: what it
 * sent since it last heard from the other side. What crossed with that is not known to be lost.
 */
export const toldOfLosses: Invariant = {
  name: 'told of losses',
  states: 'A node tells of at least as many unconfirmed messages as it knows may be lost, unless it went down itself.',
  watch: ({ networks }) => {
    const hubs = new Set(networks.flatMap(network => (network.kind === 'sc' ? network.hubs : [])))
    const sent = new Map<string, number>()
    const heard = new Map<string, number>()
    const lost = new Map<string, number>()
    const up = new Set<string>()
    const crossing = new Map<string, number>()
    const told = new Map<string, number>()
    const { add, all } = complaints()
    const count = (counts: Map<string, number>, host: string, more: number): void =>
      void counts.set(host, (counts.get(host) ?? 0) + more)
    return {
      see: fact => {
        switch (fact._tag) {
          case 'Spoke': {
            const { at, node, hub, direction, id } = fact
            if (direction === 'from hub') {
              const line = `${node} ${hub}`
              heard.set(line, at)
              count(lost, node, -(crossing.get(line) ?? 0))
              crossing.delete(line)
            } else if (id !== undefined) sent.set(`${id} ${node} ${hub}`, at)
            return
          }
          case 'Lost': {
            const { id, from, to, reason } = fact
            if (!hubs.has(to) || reason === 'sender ended') return
            const line = `${from} ${to}`
            if ((sent.get(`${id} ${line}`) ?? 0) <= (heard.get(line) ?? 0)) return
            count(lost, from, 1)
            if (up.has(from)) count(crossing, line, 1)
            return
          }
          case 'Unconfirmed':
            count(told, fact.host, fact.count)
            return
          case 'Stands':
            // What went down with a host, nobody is there to tell of.
            if (fact.mac === undefined) lost.set(fact.host, told.get(fact.host) ?? 0)
            if (fact.isUp) up.add(fact.host)
            else {
              up.delete(fact.host)
              for (const hub of hubs) crossing.delete(`${fact.host} ${hub}`)
            }
            return
          case 'Phase':
            if (fact.phase !== 'farewell') return
            for (const [host, times] of lost) {
              const known = told.get(host) ?? 0
              if (times > known) add(`${host} lost ${times} NPDUs on the way to its hubs, and told of ${known}`)
            }
            return
          default:
        }
      },
      broken: all,
    }
  },
}
