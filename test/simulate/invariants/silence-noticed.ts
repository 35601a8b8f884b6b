import { seconds } from '../../../src/values/duration.js'
import type { PlannedTimings } from '../plan/plan.js'
import { complaints, sees, type Invariant } from './invariant.js'

/** The longest wait for the answer to a Heartbeat-Request. */
const HEARTBEAT_WAIT = seconds(30)

/** Who ends a connection for another reason, and hears nothing then either, waits so long at most. */
const ENDING = seconds(15)

/** Where a cable is pulled, nobody is told: what is kept open then takes the place of others, and hears nothing. */
export const silenceNoticed: Invariant = {
  name: 'silence noticed',
  states:
    'Nobody keeps a connection on which he hears nothing: a hub, and a node that was dialled, for its idle limit at most, ' +
    'and who dialled for a heartbeat time and the wait for its answer; in each case with 15 s for the end.',
  watch: ({ timings, networks }) => {
    const { accepting, dialling } = limitsOf(timings)
    const shortest = Math.min(accepting, dialling)
    const isSc = new Set(networks.flatMap(({ kind, number }) => (kind === 'sc' ? [number] : [])))
    const ears = new Map<string, Map<string, Ear>>()
    const hubs = new Map<string, string | undefined>()
    const { add, all } = complaints()

    const look = (host: string, peer: string, { heardAt, kept }: Ear, at: number): void => {
      for (const [what, { count, limit }] of kept) {
        if (count === 0 || at - heardAt <= limit) continue
        add(`${host} had not heard ${peer}, ${what}, for ${at - heardAt} ms, at ${at} ms`)
      }
    }

    const hear = (host: string, peer: string, at: number): void => {
      const ear = ears.get(host)?.get(peer)
      if (ear === undefined) return
      if (at - ear.heardAt > shortest) look(host, peer, ear, at)
      ear.heardAt = at
    }

    const begin = (host: string, peer: string, what: string, limit: number, at: number): void => {
      hear(host, peer, at)
      const peers = ears.get(host) ?? new Map<string, Ear>()
      const ear = peers.get(peer) ?? { heardAt: at, kept: new Map<string, Kept>() }
      ear.kept.set(what, { limit, count: (ear.kept.get(what)?.count ?? 0) + 1 })
      ears.set(host, peers.set(peer, ear))
    }

    const end = (host: string, peer: string, what: string, at: number): void => {
      const ear = ears.get(host)?.get(peer)
      const kept = ear?.kept.get(what)
      if (ear === undefined || kept === undefined) return
      look(host, peer, ear, at)
      kept.count--
    }

    const lookAt = (host: string, at: number): void => {
      for (const [peer, ear] of ears.get(host) ?? []) look(host, peer, ear, at)
    }

    return {
      ...sees(['Arrived', 'Heard', 'Serves', 'Stands', 'Direct', 'Gone', 'Phase'], fact => {
        const { at } = fact
        switch (fact._tag) {
          case 'Arrived':
          case 'Heard':
            if (fact.connection !== undefined) hear(fact.to, fact.from, at)
            return
          case 'Serves':
            if (fact.isServed) begin(fact.hub, fact.node, 'a node of it', accepting, at)
            else end(fact.hub, fact.node, 'a node of it', at)
            return
          case 'Stands': {
            const { host, network, through } = fact
            const before = hubs.get(`${host} ${network}`)
            if (before === through || !isSc.has(network)) return
            if (before !== undefined) end(host, before, 'its hub', at)
            if (through !== undefined) begin(host, through, 'its hub', dialling, at)
            hubs.set(`${host} ${network}`, through)
            return
          }
          case 'Direct': {
            const { host, peer, isDialled, isConnected } = fact
            const what = isDialled ? 'which it had dialled' : 'which had dialled it'
            if (isConnected) begin(host, peer, what, isDialled ? dialling : accepting, at)
            else end(host, peer, what, at)
            return
          }
          case 'Gone':
            lookAt(fact.host, at)
            ears.delete(fact.host)
            return
          case 'Phase':
            for (const host of ears.keys()) lookAt(host, at)
            return
          default:
        }
      }),
      broken: all,
    }
  },
}

/** What one host has of another. */
interface Ear {
  /** When it last heard the other, on whatever connection. */
  heardAt: number
  /** Its connections with the other, by what that is to it. */
  readonly kept: Map<string, Kept>
}

interface Kept {
  count: number
  /** How long it may hear nothing. */
  readonly limit: number
}

const limitsOf = ({ heartbeat, idleLimit }: PlannedTimings) => ({
  accepting: idleLimit + ENDING,
  dialling: heartbeat + Math.min(heartbeat, HEARTBEAT_WAIT) + ENDING,
})
